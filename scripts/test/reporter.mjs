import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { emptyResult } from './tally.mjs';

/**
 * A Vitest reporter beside the readable one: writes the sums, and the reasons of skipped tests, as JSON
 * to the file named by FUSEBOX_RESULT. Vitest's own JSON report leaves the reasons out.
 */
export default class ResultReporter {
  /**
   * @param {ReadonlyArray<import('vitest/node').TestModule>} modules
   * @param {ReadonlyArray<unknown>} unhandled errors outside any test; each run that has some fails once more
   */
  onTestRunEnd(modules, unhandled) {
    const result = emptyResult();
    for (const module of modules) countModule(module, result);
    if (unhandled.length > 0) fail(result, 'an error outside any test', unhandled);
    writeFileSync(String(process.env.FUSEBOX_RESULT), JSON.stringify(result));
  }
}

/**
 * @param {import('vitest/node').TestModule} module
 * @param {import('./tally.mjs').Result} result
 */
function countModule(module, result) {
  // A file that cannot be loaded, or whose hooks fail, has errors of its own.
  if (module.errors().length > 0) fail(result, fileOf(module), module.errors());
  for (const suite of module.children.allSuites()) {
    if (suite.errors().length > 0) fail(result, `${fileOf(module)}: ${suite.fullName}`, suite.errors());
  }
  for (const test of module.children.allTests()) {
    const outcome = test.result();
    if (outcome.state === 'passed') result.passed += 1;
    else if (outcome.state === 'failed') fail(result, nameOf(module, test), outcome.errors);
    else result.skipped.push({ name: nameOf(module, test), reason: reasonOf(outcome) });
  }
}

/**
 * @param {import('vitest/node').TestModule} module
 * @param {import('vitest/node').TestCase} test
 */
function nameOf(module, test) {
  return `${fileOf(module)}: ${test.fullName}`;
}

/** @param {import('vitest/node').TestModule} module */
function fileOf(module) {
  return relative(process.cwd(), module.moduleId);
}

/**
 * Who reads only the end of a long run sees what broke, too.
 * @param {import('./tally.mjs').Result} result
 * @param {string} name
 * @param {ReadonlyArray<unknown>} errors
 */
function fail(result, name, errors) {
  const [first] = errors;
  const message = typeof first === 'object' && first !== null && 'message' in first ? String(first.message) : '';
  result.failed += 1;
  result.failures.push(`${name} (${stripVTControlCharacters(message).split('\n')[0]})`);
}

/** @param {import('vitest/node').TestResult} outcome */
function reasonOf(outcome) {
  return (outcome.state === 'skipped' && outcome.note) || 'no reason given';
}

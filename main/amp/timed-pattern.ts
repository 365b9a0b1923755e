import { createContext, Script } from 'node:vm';

/** Longest name that is tested; real model ids, publisher paths included, stay below 80 characters. */
const maxNameLength = 128;

/** Generous for a busy machine: a pattern that does not backtrack for ever takes microseconds. */
const testTimeoutMs = 250;

/** A regular expression from the settings that cannot hang the gateway. */
export interface TimedPattern {
  /** Whether the pattern occurs in `name`; `'timeout'` when it took more than 250 ms. Names above 128 characters never match. */
  test(name: string): boolean | 'timeout';
}

/**
 * Compiles a case-insensitive, un-anchored pattern. Throws SyntaxError when it is invalid.
 * The name comes from a client, so a pattern with nested repeats could be made to backtrack for hours; node:vm is what
 * can interrupt a running match (https://nodejs.org/api/vm.html, option `timeout`). It costs about 0.1 ms a test.
 */
export function createTimedPattern(source: string): TimedPattern {
  const sandbox = { pattern: new RegExp(source, 'i'), name: '' };
  const context = createContext(sandbox);
  const script = new Script('pattern.test(name)');
  return {
    test(name) {
      if (name.length > maxNameLength) return false;
      sandbox.name = name;
      try {
        return script.runInContext(context, { timeout: testTimeoutMs }) === true;
      } catch {
        return 'timeout';
      }
    },
  };
}

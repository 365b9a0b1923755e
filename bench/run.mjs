// npm run bench: how fast Fusebox is, as ratios to a bare relay measured in the same run. See README.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Children, usageOf } from './children.mjs';
import { compare, median } from './compare.mjs';
import { desktopVerdicts } from './desktop.mjs';
import { installFusebox, prepareFusebox } from './fusebox.mjs';
import { journalVerdicts } from './journal.mjs';
import { help, readOptions } from './options.mjs';
import { planningVerdicts } from './planning.mjs';
import { describeScenario, describeVerdicts, judge, judgeBelow } from './report.mjs';
import { eventCount, scenarios } from './scenarios.mjs';
import { startsWithKeychain } from './start-with-keychain.mjs';
import { translationVerdicts } from './translation.mjs';

/**
 * @typedef {import('./compare.mjs').Target} Target
 * @typedef {import('./options.mjs').Options} Options
 */

const starts = { all: 10, quick: 3 };
const idleMs = 5000;

const children = new Children();
const folder = mkdtempSync(join(tmpdir(), 'fusebox-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
process.once('SIGINT', () => void children.stopAll().then(() => process.exit(130)));
process.once('SIGTERM', () => void children.stopAll().then(() => process.exit(143)));
try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(help);
  else await bench(options);
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  await children.stopAll();
}

/** @param {Options} options */
async function bench(options) {
  await prepareFusebox();
  const say = (/** @type {string} */ text) => options.json || process.stdout.write(`${text}\n`);
  const upstream = await children.fork('upstream.mjs', options.upstreamPort, String(eventCount));
  const upstreamUrl = upstream.hello.url ?? '';
  say(`Stand-in for Anthropic on ${upstreamUrl}\n`);
  const wanted = scenarios(options).filter(({ number }) => options.only.has(number));
  const results = [];
  const verdicts = [];
  if (wanted.length > 0) {
    const targets = await startTargets(upstreamUrl, options);
    const { child: load } = await children.fork('load.mjs');
    for (const scenario of wanted) {
      const columns = await compare(scenario, targets, load);
      results.push({ scenario: scenario.name, unit: scenario.unit, columns });
      verdicts.push(...columns.filter(({ name }) => name.startsWith('Fusebox')).map((one) => judge(scenario, one)));
      say(describeScenario(scenario, columns));
    }
    say(await systemLineNote(upstreamUrl));
    await children.stop(load);
    await Promise.all(targets.map(({ child }) => child && children.stop(child)));
  }
  if (options.only.has(4)) verdicts.push(...(await startAndMemory(upstreamUrl, options)));
  if (options.only.has(5)) verdicts.push(await manyAccounts(options));
  if (options.only.has(6)) verdicts.push(...(await planningVerdicts(options)));
  if (options.only.has(7)) verdicts.push(...(await journalVerdicts(children, { folder, quick: options.quick })));
  if (options.only.has(8))
    verdicts.push(...(await translationVerdicts(children, { folder, upstream: upstreamUrl, quick: options.quick })));
  if (options.only.has(9)) {
    const place = mkdtempSync(join(folder, 'desktop-'));
    verdicts.push(...(await desktopVerdicts({ folder: place, upstream: upstreamUrl, quick: options.quick })));
  }
  say(describeVerdicts(verdicts));
  if (options.json) process.stdout.write(`${JSON.stringify({ results, verdicts }, undefined, 2)}\n`);
}

/**
 * The relay first: the others are compared with it.
 * @param {string} upstream
 * @param {Options} options
 * @returns {Promise<(Target & { child?: import('node:child_process').ChildProcess })[]>}
 */
async function startTargets(upstream, { also, alsoHeaders, profile }) {
  const { child, hello } = await children.fork('relay.mjs', upstream);
  const relay = { name: 'relay', url: hello.url ?? '', headers: {}, pid: child.pid, child };
  const boxes = [];
  for (const [name, vault] of /** @type {const} */ ([
    ['Fusebox, subscription', 'file'],
    ['Fusebox, API key', 'memory'],
  ])) {
    const launch = await installFusebox({ folder: join(folder, vault), upstream, vault, profile });
    const box = await children.start(launch.args, launch);
    boxes.push({ name, url: box.match[1] ?? '', headers: {}, pid: box.child.pid, child: box.child });
  }
  return [relay, ...boxes, ...also.map((other) => ({ ...other, headers: alsoHeaders }))];
}

/**
 * Shows that the subscription's requests paid for their edit.
 * @param {string} upstream
 */
async function systemLineNote(upstream) {
  const counts = /** @type {Record<string, number>} */ (await (await fetch(`${upstream}/counts`)).json());
  return `${counts.requests} requests arrived upstream, ${counts.systemLines} of them with the line that subscriptions need\n`;
}

/**
 * @param {string} upstream
 * @param {Options} options
 */
async function startAndMemory(upstream, { quick }) {
  const verdicts = [];
  for (const vault of /** @type {const} */ (['memory', 'file'])) {
    const launch = await installFusebox({ folder: join(folder, `start-${vault}`), upstream, vault });
    const times = [];
    for (let start = 0; start < (quick ? starts.quick : starts.all); start += 1) {
      const { child, ms } = await children.start(launch.args, launch);
      times.push(ms);
      await children.stop(child);
    }
    verdicts.push(judgeBelow(`ready to serve, vault ${vault}`, median(times), { below: 400, unit: 'ms' }));
    verdicts.push(judgeBelow(`memory when idle, vault ${vault}`, await idleMemory(launch), { below: 90, unit: 'MB' }));
  }
  return verdicts;
}

/** @param {Options} options */
async function manyAccounts({ quick }) {
  const place = join(folder, 'keychain');
  const times = await startsWithKeychain({ folder: place, starts: quick ? starts.quick : starts.all, accounts: 200 });
  const figure = 'ready to serve, 200 accounts of 6 KB in the keychain';
  return judgeBelow(figure, times && median(times), { below: 1000, unit: 'ms' });
}

/**
 * Resident memory after one request and some seconds of rest, in MB.
 * @param {Awaited<ReturnType<typeof installFusebox>>} launch
 */
async function idleMemory(launch) {
  const { child, match } = await children.start(launch.args, launch);
  const body = JSON.stringify({
    model: 'claude-sonnet-4-5',
    max_tokens: 9,
    messages: [{ role: 'user', content: 'hi' }],
  });
  const answer = await fetch(`${match[1]}/v1/messages`, { method: 'POST', body });
  if (!answer.ok) throw new Error(`the request before the rest was answered with ${answer.status}`);
  await answer.arrayBuffer();
  await wait(idleMs);
  const resident = usageOf(child.pid)?.residentMb;
  await children.stop(child);
  return resident;
}

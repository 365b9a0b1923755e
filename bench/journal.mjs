import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { Pool } from 'undici';
import { judgeBelow } from './report.mjs';

/** @typedef {import('./report.mjs').Verdict} Verdict */

const root = fileURLToPath(new URL('..', import.meta.url));
const perSecond = 10_000 / 60;
const belowMs = (/** @type {number} */ below) => ({ below, unit: 'ms' });

/**
 * What a journal of a million requests costs: pages, the thread that serves requests, and the time of requests beside it.
 * @param {import('./children.mjs').Children} children
 * @param {{ folder: string, quick: boolean }} options
 * @returns {Promise<Verdict[]>}
 */
export async function journalVerdicts(children, { folder, quick }) {
  const rows = quick ? 200_000 : 1_000_000;
  const thread = join(root, 'dist', 'journal-worker.js');
  const { child, hello } = await children.fork(await bundle(), thread, join(folder, 'journal.db'), String(rows));
  const { url = '', pages, cost } = /** @type {Hello} */ (/** @type {unknown} */ (hello));
  const addedMs = await addedLatency(url, quick ? 8 : 30);
  await children.stop(child);
  const of = `${rows.toLocaleString('en')} requests`;
  return [
    judgeBelow(`first page of ${of}`, pages.firstMs, belowMs(50)),
    judgeBelow('the same, with the journal’s thread to be started first', pages.startMs, belowMs(250)),
    judgeBelow('a page of one request out of all, by text', pages.rareMs, belowMs(50)),
    judgeBelow('a page by tool, model and account', pages.crossMs, belowMs(50)),
    judgeBelow('a page that nothing matches', pages.nothingMs, belowMs(50)),
    judgeBelow('a page from the middle', pages.deepMs, belowMs(50)),
    judgeBelow('sums of 30 days by model', pages.usageMs, belowMs(250)),
    judgeBelow('to the journal, on the way of a request', cost.addUs, { below: 30, unit: 'µs' }),
    judgeBelow('the same with what follows in that thread', cost.wholeUs, { below: 30, unit: 'µs' }),
    judgeBelow('p99 added by 10,000 requests a minute', addedMs, belowMs(1)),
  ];
}

/**
 * @typedef {object} Hello
 * @property {string} url
 * @property {Record<'startMs' | 'firstMs' | 'rareMs' | 'crossMs' | 'nothingMs' | 'deepMs' | 'usageMs', number>} pages
 * @property {{ addUs: number, wholeUs: number }} cost
 */

/** In the project's cache, from where native packages are found. */
async function bundle() {
  const file = join(root, 'node_modules', '.cache', 'fusebox', 'bench-journal.mjs');
  await build({
    cwd: root,
    platform: 'node',
    external: ['libsql'],
    input: 'bench/journal-process.mjs',
    output: { file, format: 'esm', codeSplitting: false },
    logLevel: 'warn',
  });
  return file;
}

/**
 * How much longer the slowest hundredth of requests takes when each of them goes into the journal. Many short rounds in
 * turn, and the better quarter of them: what else the machine does only ever adds.
 * @param {string} url
 * @param {number} rounds
 */
async function addedLatency(url, rounds) {
  const pool = new Pool(url, { connections: 8 });
  /** @type {number[]} */
  const without = [];
  /** @type {number[]} */
  const included = [];
  for (let round = 0; round < rounds; round += 1) {
    // Without requests the journal's thread has ended: its start is not what is measured.
    await p99(pool, '/with', 0.5);
    included.push(await p99(pool, '/with', 2));
    without.push(await p99(pool, '/without', 2));
  }
  await pool.destroy();
  return betterQuarter(included) - betterQuarter(without);
}

/** @param {number[]} times */
function betterQuarter(times) {
  return times.sort((a, b) => a - b)[Math.floor(times.length / 4)] ?? Number.NaN;
}

/**
 * Requests at an even pace, whether earlier ones have been answered or not.
 * @param {Pool} pool
 * @param {string} path
 * @param {number} seconds
 */
async function p99(pool, path, seconds) {
  /** @type {Promise<number>[]} */
  const sent = [];
  const started = performance.now();
  while (performance.now() - started < seconds * 1000) {
    const due = ((performance.now() - started) / 1000) * perSecond;
    while (sent.length < due) sent.push(send(pool, path));
    await wait(1);
  }
  const times = (await Promise.all(sent)).sort((a, b) => a - b);
  return times[Math.floor(times.length * 0.99)] ?? Number.NaN;
}

/**
 * @param {Pool} pool
 * @param {string} path
 */
async function send(pool, path) {
  const started = performance.now();
  const { body } = await pool.request({ path, method: 'GET' });
  await body.dump();
  return performance.now() - started;
}

import { join } from 'node:path';
import { nextMessage, usageOf } from './children.mjs';
import { median } from './compare.mjs';
import { installFusebox } from './fusebox.mjs';
import { judgeBelow } from './report.mjs';
import { eventCount } from './scenarios.mjs';

/**
 * @typedef {import('./children.mjs').Children} Children
 * @typedef {import('./load.mjs').Measured} Measured
 */

const streams = 200;
const rounds = { all: 7, quick: 3 };
const model = 'claude-sonnet-4-5-20250929';

/** Clients of each wire format at one and the same upstream; the first needs no translation. */
const clients = /** @type {const} */ ([
  { name: 'same format', payload: 'stream', path: '/v1/messages' },
  { name: 'Chat Completions', payload: 'chat-stream', path: '/v1/chat/completions' },
  { name: 'Responses', payload: 'responses-stream', path: '/v1/responses' },
  { name: 'Gemini', payload: 'gemini-stream', path: `/v1beta/models/${model}:streamGenerateContent?alt=sse` },
]);

/**
 * What translating streams costs: CPU of Fusebox for each event against a stream that passes as it is, and memory with 200
 * of them at once.
 * @param {Children} children
 * @param {{ folder: string, upstream: string, quick: boolean }} options
 * @returns {Promise<import('./report.mjs').Verdict[]>}
 */
export async function translationVerdicts(children, { folder, upstream, quick }) {
  const launch = await installFusebox({ folder: join(folder, 'translation'), upstream, vault: 'memory' });
  const { child, match } = await children.start(launch.args, launch);
  const { child: load } = await children.fork('load.mjs');
  const box = { url: match[1] ?? '', pid: child.pid };
  /** @type {Awaited<ReturnType<typeof measure>>[][]} */
  const table = [];
  for (const client of clients) await measure(box, load, client);
  for (let round = 0; round < (quick ? rounds.quick : rounds.all); round += 1) {
    const row = [];
    for (const client of clients) row.push(await measure(box, load, client));
    table.push(row);
  }
  await children.stop(load);
  await children.stop(child);
  const [, ...translated] = clients;
  const ratios = translated.map(({ name }, at) => {
    const ratio = median(table.map((row) => (row[at + 1]?.cpuMs ?? Number.NaN) / (row[0]?.cpuMs ?? Number.NaN)));
    return judgeBelow(`CPU of an event, ${name} to the same format`, finite(ratio), { below: 2.5, unit: '×' });
  });
  const most = Math.max(...table.flatMap((row) => row.slice(1).map(({ residentMb }) => residentMb ?? Number.NaN)));
  return [...ratios, judgeBelow(`memory with ${streams} translated streams`, finite(most), { below: 150, unit: 'MB' })];
}

/** @param {number} value */
function finite(value) {
  return Number.isFinite(value) ? value : undefined;
}

/**
 * @param {{ url: string, pid: number | undefined }} box
 * @param {import('node:child_process').ChildProcess} load
 * @param {(typeof clients)[number]} client
 * @returns {Promise<{ cpuMs: number | undefined, residentMb: number | undefined }>} CPU of one event; most memory meanwhile
 */
async function measure({ url, pid }, load, { name, payload, path }) {
  const before = usageOf(pid);
  let residentMb = before?.residentMb;
  const watch = setInterval(() => {
    residentMb = Math.max(residentMb ?? 0, usageOf(pid)?.residentMb ?? 0);
  }, 20);
  load.send({ payload, model, connections: streams, each: 1, url: url + path, headers: {} });
  const ended = nextMessage(load).finally(() => clearInterval(watch));
  const { requests, failures } = /** @type {Measured} */ (await ended);
  if (failures > 0) throw new Error(`${failures} of ${requests} streams failed (${name})`);
  const after = usageOf(pid);
  const events = requests * eventCount;
  return { cpuMs: before && after && (after.cpuMs - before.cpuMs) / events, residentMb };
}

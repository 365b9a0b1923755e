import { nextMessage, usageOf } from './children.mjs';

/**
 * @typedef {import('./scenarios.mjs').Scenario} Scenario
 * @typedef {import('./load.mjs').Measured} Measured
 *
 * @typedef {object} Target a gateway under load
 * @property {string} name
 * @property {string} url
 * @property {Record<string, string>} headers
 * @property {number | undefined} [pid]
 *
 * @typedef {object} Column what came out for one gateway
 * @property {string} name
 * @property {number} rate median of the rounds
 * @property {number} ratio to the relay, median of the ratios within each round
 * @property {number} p99Ms median of the rounds
 * @property {number | undefined} cpuMs per request, of the gateway's process
 * @property {number} failures
 */

/** Measurements that are thrown away, until the code of all sides is compiled. */
const warmUps = 2;

/**
 * Puts a scenario's load on each gateway in turn, in several rounds, so that a busy moment of the machine meets all of
 * them. The first gateway is the one the others are compared with.
 * @param {Scenario} scenario
 * @param {Target[]} targets
 * @param {import('node:child_process').ChildProcess} load
 * @returns {Promise<Column[]>}
 */
export async function compare(scenario, targets, load) {
  for (let count = 0; count < warmUps; count += 1) for (const target of targets) await measure(scenario, target, load);
  /** @type {Measurement[][]} */
  const table = [];
  for (let round = 0; round < scenario.rounds; round += 1) {
    // Every other round goes the other way: what heats up or drifts does so for all.
    const order = round % 2 === 0 ? targets : targets.toReversed();
    /** @type {Map<Target, Measurement>} */
    const row = new Map();
    for (const target of order) row.set(target, await measure(scenario, target, load));
    table.push(targets.flatMap((target) => row.get(target) ?? []));
  }
  return targets.map((target, index) => column(scenario, target, index, table));
}

/** @typedef {Measured & { cpuMs: number | undefined }} Measurement */

/**
 * @param {Scenario} scenario
 * @param {Target} target
 * @param {import('node:child_process').ChildProcess} load
 * @returns {Promise<Measurement>}
 */
async function measure(scenario, target, load) {
  const before = usageOf(target.pid);
  load.send({ ...scenario.job, url: `${target.url}/v1/messages`, headers: target.headers });
  const measured = /** @type {Measured} */ (await nextMessage(load));
  const after = usageOf(target.pid);
  return { ...measured, cpuMs: before && after && (after.cpuMs - before.cpuMs) / measured.requests };
}

/**
 * @param {Scenario} scenario
 * @param {Target} target
 * @param {number} index
 * @param {Measurement[][]} table a row a round
 * @returns {Column}
 */
function column(scenario, target, index, table) {
  const own = table.flatMap((row) => row[index] ?? []);
  const ratios = table.flatMap((row) => {
    const [base, one] = [row[0], row[index]];
    return base && one ? [scenario.rate(one) / scenario.rate(base)] : [];
  });
  const cpu = own.flatMap(({ cpuMs }) => (cpuMs === undefined ? [] : [cpuMs]));
  return {
    name: target.name,
    rate: median(own.map(scenario.rate)),
    ratio: median(ratios),
    p99Ms: median(own.map(({ p99Ms }) => p99Ms)),
    cpuMs: cpu.length > 0 ? median(cpu) : undefined,
    failures: own.reduce((sum, { failures }) => sum + failures, 0),
  };
}

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}

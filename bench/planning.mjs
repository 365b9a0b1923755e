import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { judgeBelow } from './report.mjs';

/**
 * @typedef {import('../main/accounts/account.ts').Account} Account
 * @typedef {import('../main/routing/router.ts').RouterParts} RouterParts
 * @typedef {import('../main/routing/rules.ts').Strategy} Strategy
 * @typedef {typeof import('../main/routing/router.ts') & typeof import('../main/routing/rules.ts')} Routing
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const accountCount = 200;
const model = 'claude-sonnet-4-5-20250929';
const batches = { all: 100, quick: 20 };
const plansPerBatch = 200;

/**
 * How long it takes to decide who serves a request among 200 accounts, all of which could; by strategy.
 * @param {{ quick: boolean }} options
 * @returns {Promise<import('./report.mjs').Verdict[]>}
 */
export async function planningVerdicts({ quick }) {
  const routing = await bundled();
  return routing.strategies.map((strategy) => {
    const us = planningTime(routing, strategy, quick ? batches.quick : batches.all);
    return judgeBelow(`a plan among ${accountCount} accounts, ${strategy}`, us, { below: 20, unit: 'µs' });
  });
}

/** @returns {Promise<Routing>} */
async function bundled() {
  const dir = join(root, 'node_modules', '.cache', 'fusebox', 'bench-planning');
  const input = { router: 'main/routing/router.ts', rules: 'main/routing/rules.ts' };
  const output = /** @type {const} */ ({ dir, format: 'esm', entryFileNames: '[name].mjs' });
  await build({ cwd: root, platform: 'node', input, output, logLevel: 'warn' });
  return { ...(await import(join(dir, 'router.mjs'))), ...(await import(join(dir, 'rules.mjs'))) };
}

/**
 * Microseconds of CPU time a plan; of many short batches the quarter that was disturbed least.
 * @param {Routing} routing
 * @param {Strategy} strategy
 * @param {number} count
 */
function planningTime({ Router, defaultRules }, strategy, count) {
  const router = new Router(partsOf({ ...defaultRules, strategy }));
  const times = Array.from({ length: count }, (_, batch) => {
    const from = process.cpuUsage();
    for (let at = 0; at < plansPerBatch; at += 1) plan(router, (batch * plansPerBatch + at) % 500);
    const { user, system } = process.cpuUsage(from);
    return (user + system) / plansPerBatch;
  });
  // The first batches run before the code has been compiled.
  const warm = times.slice(count / 4).sort((a, b) => a - b);
  return warm[Math.floor(warm.length / 4)];
}

/**
 * @param {InstanceType<Routing['Router']>} router
 * @param {number} conversation
 */
function plan(router, conversation) {
  const session = { key: `conversation-${conversation}`, source: 'bench' };
  const amp = /** @type {const} */ ({ reachable: false, mode: 'unknown', creditLeft: 0 });
  router.plan({ model, wireFormat: 'anthropic', session, waitLeftMs: 0, amp });
}

/**
 * What a router is given, with limits of each account known and somebody always serving.
 * @param {import('../main/routing/rules.ts').RoutingRules} rules
 * @returns {RouterParts}
 */
function partsOf(rules) {
  const accounts = Array.from({ length: accountCount }, (_, at) => accountAt(at));
  const windows = new Map(accounts.map(({ id }, at) => [id, windowsOf(at / 400)]));
  const known = { id: model, displayName: model, contextWindow: 200_000, maxOutput: 64_000 };
  return {
    now: Date.now,
    random: Math.random,
    rules: () => rules,
    accounts: () => [...accounts],
    source: {
      upstreamModel: (_account, name) => name,
      speaks: () => true,
      familyOf: () => 'sonnet',
      models: () => [known],
      weightOf: () => 1,
      revision: () => known,
    },
    windows: (id) => windows.get(id) ?? [],
    load: (id) => (id.endsWith('7') ? 1 : 0),
    onChange: () => {},
  };
}

/** @param {number} at @returns {Account} */
function accountAt(at) {
  const id = `claude:account-${at}`;
  return { id, provider: 'claude', kind: 'oauth', source: 'vault', label: id, paused: false, priority: 0 };
}

/** @param {number} used */
function windowsOf(used) {
  const resetsAt = Date.now() + 3_600_000;
  return [
    { id: '5h', label: '5 hours', used, resetsAt },
    { id: '7d', label: 'Week', used: 0.2, resetsAt },
  ];
}

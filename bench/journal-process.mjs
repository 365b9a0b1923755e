// A process: a journal, and a bare HTTP server whose requests go into it or not. Bundled before it runs. Arguments: the
// journal's thread, the journal's file, how many requests it is filled with. Says hello with its address and its figures.
import { createServer } from 'node:http';
import { systemClock } from '../main/clock.ts';
import { createRedactor } from '../main/journal/redaction.ts';
import { createRequestJournal } from '../main/journal/request-journal.ts';
import { loadSqlite } from '../main/journal/store/sqlite-driver.ts';
import { openSqliteStore } from '../main/journal/store/sqlite-store.ts';
import { threadPort } from '../main/journal/store/thread-port.ts';
import { pageQuery } from '../preload/journal-view.ts';
import { usageQuery } from '../preload/usage-view.ts';

const [thread = '', file = '', rows = '0'] = process.argv.slice(2);

const tools = ['Amp', 'Claude Code', 'Codex', 'Gemini CLI', 'curl'];
const start = Date.now() - Number(rows) * 2000;

/** @param {number} number */
function record(number) {
  const accountLabel = `person-${number % 6}@example.com`;
  const model = `model-${(number * 7) % 30}`;
  const reason = 'has served this conversation so far';
  return {
    id: `${Math.trunc(number / 65536)
      .toString(16)
      .padStart(
        8,
        '0',
      )}-${(number % 65536).toString(16).padStart(4, '0')}-7000-8000-${String(number).padStart(12, '0')}`,
    startedAt: start + number * 2000,
    tool: tools[(number * 3) % tools.length] ?? '',
    wireFormat: /** @type {const} */ ('anthropic'),
    path: '/api/provider/anthropic/v1/messages',
    modelAsked: model,
    modelServed: `${model}-20260401`,
    route: /** @type {const} */ ('local'),
    reason,
    accountLabel,
    attempts: [{ via: `account-${number % 6}`, label: accountLabel, reason, outcome: 'served', status: 200 }],
    status: number === 5 ? 418 : 200,
    firstByteMs: 700,
    totalMs: 4000,
    usage: { inputTokens: 10, outputTokens: 300, cacheReadTokens: 9000, cacheWriteTokens: 200 },
    paidBy: /** @type {const} */ ('subscription'),
    ampCredit: /** @type {const} */ ('saved'),
  };
}

function fill() {
  const store = openSqliteStore(file, loadSqlite());
  const batch = 2000;
  for (let from = 0; from < Number(rows); from += batch) {
    store.append(Array.from({ length: batch }, (_, index) => record(from + index)));
    if (from % (10 * batch) === 0) store.settle();
  }
  store.close();
}

const redactor = createRedactor();
for (let account = 0; account < 20; account += 1) redactor.add(`sk-ant-oat01-${account}-${'x'.repeat(80)}`);

const journal = createRequestJournal({
  file,
  openPort: threadPort(thread),
  retention: () => ({ keepMs: Number.MAX_SAFE_INTEGER, maxBytes: Number.MAX_SAFE_INTEGER }),
  clock: systemClock,
  scrub: redactor.scrub,
  onProblem: (problem) => console.error(problem),
});

/** @param {() => Promise<unknown>} work */
async function timed(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Median of some. @param {object} question */
async function pageMs(question) {
  const times = [];
  for (let round = 0; round < 15; round += 1) times.push(await timed(() => journal.page(pageQuery.parse(question))));
  return times.sort((a, b) => a - b)[7];
}

async function measurePages() {
  return {
    startMs: await timed(() => journal.page(pageQuery.parse({}))),
    firstMs: await pageMs({}),
    rareMs: await pageMs({ text: '418' }),
    crossMs: await pageMs({ tool: 'Codex', model: 'model-7', account: 'person-1@example.com' }),
    nothingMs: await pageMs({ tool: 'Amp', model: 'model-3', account: 'person-2@example.com', outcome: 'refused' }),
    deepMs: await pageMs({ before: Math.max(1, Math.trunc(Number(rows) / 2)) }),
    usageMs: await timed(() => journal.usage(usageQuery.parse({ per: 'day', by: 'model' }))),
  };
}

/** Microseconds that `add` takes of the thread that serves requests, and all that follows there, for each request. */
async function measureCost() {
  const count = 10_000;
  const before = performance.eventLoopUtilization();
  const started = performance.now();
  for (let number = 0; number < count; number += 1) journal.add(record(number));
  const addUs = ((performance.now() - started) * 1000) / count;
  await journal.choices();
  const { active } = performance.eventLoopUtilization(before);
  return { addUs, wholeUs: (active * 1000) / count };
}

fill();
const pages = await measurePages();
const cost = await measureCost();
let number = 0;
const server = createServer({ keepAliveTimeout: 60_000, noDelay: true }, (req, res) => {
  res.end('ok');
  if (req.url === '/with') journal.add(record(number++));
});
server.listen(0, '127.0.0.1', () => {
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  process.send?.({ url: `http://127.0.0.1:${address.port}`, pages, cost });
});
process.on('disconnect', () => process.exit());

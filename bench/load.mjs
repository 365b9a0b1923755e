// A process: puts load on one address at a time and measures. Each connection sends its next request when it has the
// whole answer to the last one.
import { Pool } from 'undici';
import { chatQuestion, conversation, geminiQuestion, picture, question, responsesQuestion } from './payloads.mjs';

/**
 * @typedef {object} Job
 * @property {string} url where to POST
 * @property {Record<string, string>} headers
 * @property {keyof typeof makers} payload
 * @property {string} [model]
 * @property {number} connections
 * @property {number} [seconds] ends after this time; otherwise each connection sends `each` requests
 * @property {number} [each]
 *
 * @typedef {object} Measured
 * @property {number} requests
 * @property {number} failures answers that were not 200, or cut
 * @property {number} bytes of all answers
 * @property {number} seconds
 * @property {number} medianMs of one request
 * @property {number} p99Ms
 */

const bigBody = 4 * 1024 * 1024;
const makers = {
  question: (/** @type {string | undefined} */ model) => question({ stream: false, model }),
  stream: (/** @type {string | undefined} */ model) => question({ stream: true, model }),
  'chat-stream': chatQuestion,
  'responses-stream': responsesQuestion,
  'gemini-stream': geminiQuestion,
  conversation: (/** @type {string | undefined} */ model) => conversation({ bytes: bigBody, model }),
  picture: (/** @type {string | undefined} */ model) => picture({ bytes: bigBody, model }),
};
/** @type {Map<string, Buffer>} */
const bodies = new Map();

/** @param {Job} job */
function bodyOf({ payload, model }) {
  const name = `${payload} ${model ?? ''}`;
  const body = bodies.get(name) ?? makers[payload](model).body;
  bodies.set(name, body);
  return body;
}

/**
 * @param {Job} job
 * @returns {Promise<Measured>}
 */
async function run(job) {
  const { origin, pathname, search } = new URL(job.url);
  const pool = new Pool(origin, { connections: job.connections, headersTimeout: 120_000, bodyTimeout: 120_000 });
  const body = bodyOf(job);
  const request = {
    method: /** @type {const} */ ('POST'),
    path: pathname + search,
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', ...job.headers },
    body,
  };
  /** @type {number[]} */
  const times = [];
  const total = { requests: 0, failures: 0, bytes: 0 };
  const started = performance.now();
  const deadline = job.seconds === undefined ? Number.POSITIVE_INFINITY : started + job.seconds * 1000;
  const worker = async () => {
    for (let sent = 0; sent < (job.each ?? Number.POSITIVE_INFINITY) && performance.now() < deadline; sent += 1) {
      const from = performance.now();
      const bytes = await send(pool, request);
      times.push(performance.now() - from);
      total.requests += 1;
      if (bytes < 0) total.failures += 1;
      else total.bytes += bytes;
    }
  };
  await Promise.all(Array.from({ length: job.connections }, worker));
  const seconds = (performance.now() - started) / 1000;
  await pool.destroy();
  times.sort((a, b) => a - b);
  return { ...total, seconds, medianMs: quantile(times, 0.5), p99Ms: quantile(times, 0.99) };
}

/**
 * @param {Pool} pool
 * @param {import('undici').Dispatcher.DispatchOptions} request
 * @returns {Promise<number>} bytes of the answer, -1 for a failure
 */
function send(pool, request) {
  return new Promise((resolve) => {
    let status = 0;
    let bytes = 0;
    pool.dispatch(request, {
      onRequestStart() {},
      onResponseStart(_controller, code) {
        status = code;
      },
      onResponseData(_controller, chunk) {
        bytes += chunk.length;
      },
      onResponseEnd: () => resolve(status === 200 ? bytes : -1),
      onResponseError: () => resolve(-1),
    });
  });
}

/**
 * @param {number[]} sorted
 * @param {number} part 0 to 1
 */
function quantile(sorted, part) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

process.on('message', async (job) => process.send?.(await run(/** @type {Job} */ (job))));
process.on('disconnect', () => process.exit());
process.send?.({ ready: true });

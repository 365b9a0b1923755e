// A process: a fast stand-in for Anthropic's API. It reads every body, checks no credential, and answers at once.
import { createServer } from 'node:http';
import { answer, events } from './payloads.mjs';

const [port = '0', eventCount = '500'] = process.argv.slice(2);
const streamed = events(Number(eventCount));

/** The stream flag and the system line of subscriptions stand at the start of our bodies. */
const lookedAtBytes = 4096;

const counts = { requests: 0, bodyBytes: 0, systemLines: 0 };

/** Headers as the real API sends them to subscriptions, so that reading them is paid for. */
const headers = {
  'request-id': 'req_bench',
  'anthropic-organization-id': 'org_bench',
  'anthropic-ratelimit-unified-status': 'allowed',
  'anthropic-ratelimit-unified-5h-status': 'allowed',
  'anthropic-ratelimit-unified-5h-utilization': '0.25',
  'anthropic-ratelimit-unified-5h-reset': '4102444800',
  'anthropic-ratelimit-unified-7d-status': 'allowed',
  'anthropic-ratelimit-unified-7d-utilization': '0.5',
  'anthropic-ratelimit-unified-7d-reset': '4102444800',
};

const server = createServer({ keepAliveTimeout: 60_000, noDelay: true }, (req, res) => {
  if (req.url === '/counts') return void res.end(JSON.stringify(counts));
  let start = Buffer.alloc(0);
  req.on('data', (chunk) => {
    counts.bodyBytes += chunk.length;
    if (start.length < lookedAtBytes) start = Buffer.concat([start, chunk.subarray(0, lookedAtBytes)]);
  });
  req.on('end', () => {
    counts.requests += 1;
    if (start.includes('You are Claude Code')) counts.systemLines += 1;
    if (start.includes('"stream":true')) return sendEvents(res);
    res.writeHead(200, { ...headers, 'content-type': 'application/json', 'content-length': String(answer.length) });
    res.end(answer);
  });
});

/**
 * One write an event and one event a turn of the event loop, so that a gateway meets them one by one as in life.
 * @param {import('node:http').ServerResponse} res
 */
function sendEvents(res) {
  res.writeHead(200, { ...headers, 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  let next = 0;
  const send = () => {
    if (res.destroyed) return;
    const event = streamed[next];
    if (!event) return void res.end();
    next += 1;
    if (res.write(event)) setImmediate(send);
    else res.once('drain', send);
  };
  send();
}

server.listen(Number(port), '127.0.0.1', () => {
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  process.send?.({ url: `http://127.0.0.1:${address.port}` });
});
process.on('disconnect', () => process.exit());

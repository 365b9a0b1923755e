// A process: the bare relay that Fusebox is compared with. Everything is passed on, nothing is looked at.
import { createServer } from 'node:http';
import { Pool } from 'undici';

const [upstream = ''] = process.argv.slice(2);
const pool = new Pool(upstream, { headersTimeout: 120_000, bodyTimeout: 120_000 });
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'host',
  'expect',
]);

const server = createServer({ keepAliveTimeout: 60_000, noDelay: true }, async (req, res) => {
  const abort = new AbortController();
  res.once('close', () => res.writableFinished || abort.abort());
  try {
    const answer = await pool.request({
      method: /** @type {import('undici').Dispatcher.HttpMethod} */ (req.method),
      path: req.url ?? '/',
      headers: endToEnd(req.headers),
      body: req,
      signal: abort.signal,
    });
    res.writeHead(answer.statusCode, endToEnd(answer.headers));
    answer.body.on('error', () => res.destroy()).pipe(res);
  } catch {
    if (!res.headersSent) res.writeHead(502);
    res.end();
  }
});

/** @param {import('node:http').IncomingHttpHeaders} headers */
function endToEnd(headers) {
  /** @type {import('node:http').IncomingHttpHeaders} */
  const kept = {};
  for (const name in headers) if (!hopByHop.has(name)) kept[name] = headers[name];
  return kept;
}

server.listen(0, '127.0.0.1', () => {
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  process.send?.({ url: `http://127.0.0.1:${address.port}` });
});
process.on('disconnect', () => process.exit());

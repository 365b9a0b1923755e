// Runs inside the other machine's network: reads requests as JSON lines, sends each on a connection of its own, and
// writes the answers as JSON lines.
import { request } from 'node:http';
import { createInterface } from 'node:readline';

createInterface(process.stdin).on('line', (line) => send(JSON.parse(line)));

/** @param {{ id: number } & import('./namespace.ts').RemoteRequest} order */
function send({ id, host, port, method = 'GET', path, headers = [], body = '' }) {
  /** @param {object} answer */
  const tell = (answer) => process.stdout.write(`${JSON.stringify({ id, ...answer })}\n`);
  const length = body === '' ? [] : ['Content-Length', String(Buffer.byteLength(body))];
  const isUpgrade = headers.some(([name]) => name === 'Upgrade');
  const all = [...headers.flat(), ...length, ...(isUpgrade ? [] : ['Connection', 'close'])];
  const req = request({ host, port, method, path, headers: all, setHost: false, agent: false });
  req.on('error', (/** @type {NodeJS.ErrnoException} */ error) => tell({ error: error.code ?? error.message }));
  req.on('response', (res) => {
    let text = '';
    res.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    res.on('end', () => tell({ status: res.statusCode, headers: res.headers, text }));
  });
  req.end(body);
}

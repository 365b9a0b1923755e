import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import { describe, expect, it } from 'vitest';
import { createLogger, type LogSink, terminalSink } from '../../main/journal/log.ts';
import { prettyLine } from '../../main/journal/pretty-line.ts';
import { createRedactor } from '../../main/journal/redaction.ts';

function memorySink(): LogSink & { lines: string[]; entries(): Record<string, unknown>[] } {
  const lines: string[] = [];
  return { lines, write: (line) => void lines.push(line), entries: () => lines.map((line) => JSON.parse(line)) };
}

function open(debug = false) {
  const redactor = createRedactor();
  const output = memorySink();
  return { redactor, output, log: createLogger({ debug, redactor, output }) };
}

describe('the log', () => {
  it('writes one JSON line an entry with level, time and message', () => {
    const { log, output } = open();
    log.logger.warn({ port: 8317 }, 'Port is taken');
    expect(output.lines).toHaveLength(1);
    expect(output.lines[0]?.endsWith('}\n')).toBe(true);
    const [entry] = output.entries();
    expect(entry).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      port: 8317,
      msg: 'Port is taken',
    });
  });

  it('shows debug lines only while debug is on, also from loggers made before', () => {
    const { log, output } = open();
    const child = log.logger.child({ part: 'amp' });
    const grandchild = child.child({ id: 1 });
    const all = [log.logger, child, grandchild];
    const sayAll = (text: string) => {
      for (const logger of all) logger.debug(text);
    };
    sayAll('one');
    log.setLevel('debug');
    sayAll('two');
    log.setLevel('info');
    sayAll('three');
    log.setLevel('error');
    for (const logger of all) logger.warn('four');
    expect(output.entries().map(({ msg }) => msg)).toEqual(['two', 'two', 'two']);
  });

  it('never writes a secret: not in messages, fields, errors or child bindings', () => {
    const { log, redactor, output } = open(true);
    const secret = 'sgamp_user_01"with\\odd/characters==';
    redactor.add(secret);
    log.logger.info(`token ${secret}`);
    log.logger.debug(
      { url: `https://x/?key=${encodeURIComponent(secret)}`, deep: [{ deeper: { value: secret } }] },
      'x',
    );
    log.logger.error({ err: new Error(`failed with ${secret}`, { cause: new Error(secret) }) }, 'failed');
    log.logger.child({ binding: secret }).info('child');
    const text = output.lines.join('');
    expect(text).not.toContain(secret);
    expect(text).not.toContain(JSON.stringify(secret).slice(1, -1));
    expect(text).not.toContain(encodeURIComponent(secret));
    expect(text.match(/\[redacted …rs==\]/g)?.length).toBeGreaterThanOrEqual(6);
    for (const line of output.lines) expect(() => JSON.parse(line)).not.toThrow();
  });

  it('hides fields that hold secrets by their name, whatever the value', () => {
    const { log, output } = open();
    const headers = {
      authorization: 'Bearer unknown',
      'x-api-key': 'unknown',
      cookie: 'unknown',
      'set-cookie': ['unknown'],
      accept: 'ok',
    };
    log.logger.info({
      headers,
      request: { headers },
      ...headers,
      secret: { accessToken: 'unknown', refreshToken: 'unknown' },
    });
    expect(output.lines[0]).not.toContain('unknown');
    expect(output.entries()[0]).toMatchObject({ headers: { accept: 'ok', authorization: '[redacted]' } });
  });

  it('also writes to a file from when it is set until it is taken away', () => {
    const { log, output } = open();
    const file = memorySink();
    log.logger.info('one');
    log.setFile(file);
    log.logger.info('two');
    log.setFile(undefined);
    log.logger.info('three');
    expect(output.lines).toHaveLength(3);
    expect(file.entries().map(({ msg }) => msg)).toEqual(['two']);
  });

  it('works in a bundle, where files of the library cannot be found by name', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fusebox-log-'));
    try {
      const input = join(folder, 'entry.ts');
      const source = (name: string) => JSON.stringify(resolve('main/journal', name));
      await writeFile(
        input,
        `import { createLogger, terminalSink } from ${source('log.ts')};
import { createRedactor } from ${source('redaction.ts')};
const log = createLogger({ debug: true, redactor: createRedactor(), output: terminalSink(process.stdout) });
log.logger.child({ part: 'x' }).debug('from the bundle');`,
      );
      const bundle = await rolldown({ input, platform: 'node', logLevel: 'silent' });
      await bundle.write({ file: join(folder, 'bundle.mjs'), format: 'esm', codeSplitting: false });
      await bundle.close();
      const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'bundle.mjs')], { cwd: folder });
      expect(JSON.parse(stdout)).toMatchObject({ level: 'debug', part: 'x', msg: 'from the bundle' });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('on a terminal', () => {
  const line = (entry: object) =>
    prettyLine(`${JSON.stringify({ level: 'info', time: '2026-11-21T08:09:10.123Z', ...entry })}\n`);

  it('an entry is one readable line', () => {
    expect(line({ msg: 'Listening', port: 8317, url: 'http://127.0.0.1:8317', note: 'two words' })).toBe(
      '08:09:10 info  Listening port=8317 url=http://127.0.0.1:8317 note="two words"\n',
    );
    expect(line({ level: 'error', msg: 'Failed', err: { type: 'Error', message: 'no route', stack: 'long' } })).toBe(
      '08:09:10 error Failed (no route)\n',
    );
  });

  it('control characters cannot reach the terminal', () => {
    expect(line({ msg: 'a\u001b[31mb\rc\u2028d\u009b', field: 'x\u0007' })).toBe(
      '08:09:10 info  a\\u001b[31mb\\u000dc\\u2028d\\u009b field="x\\u0007"\n',
    );
  });

  it('several lines are indented, so that no line can pass for an entry', () => {
    expect(line({ msg: 'one\ntwo' })).toBe('08:09:10 info  one\n         two\n');
  });

  it('what is no entry is shown as it is', () => {
    expect(prettyLine('not json\n')).toBe('not json\n');
  });

  it('the form follows the stream, and a reader that went away is no failure', async () => {
    const stream = Object.assign(new PassThrough(), { isTTY: true }) as unknown as NodeJS.WriteStream;
    const sink = terminalSink(stream);
    sink.write('{"level":"info","time":"2026-11-21T08:09:10.123Z","msg":"a"}\n');
    expect(String(stream.read())).toBe('08:09:10 info  a\n');
    stream.isTTY = false;
    sink.write('{"msg":"b"}\n');
    expect(String(stream.read())).toBe('{"msg":"b"}\n');
    const closed = new Promise((done) => stream.once('close', done));
    stream.destroy(new Error('EPIPE'));
    await closed;
    expect(() => sink.write('{"msg":"c"}\n')).not.toThrow();
  });
});

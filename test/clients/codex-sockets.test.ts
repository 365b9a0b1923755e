import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { pageQuery } from '../../preload/journal-view.ts';
import { startEngine } from '../engine/harness.ts';
import { startWithCodex } from '../engine/responses-socket.ts';
import { makeHome } from './home.ts';
import { installed } from './install.ts';
import { runProgram } from './program.ts';
import { startTap } from './tap.ts';
import { describeWith } from './with-client.ts';

const codex = { title: 'Codex 0.169', package: { name: '@openai/codex', version: '0.169.0' } };

/** The two ways in which Codex opens a WebSocket: a provider that is said to take them, and the one that it comes with. */
const modes = {
  'a provider of its own': (url: string) => ({
    'config.toml': [
      'model_provider = "local"',
      '[model_providers.local]',
      'name = "local"',
      `base_url = "${url}/v1"`,
      'wire_api = "responses"',
      'env_key = "LOCAL_KEY"',
      'supports_websockets = true',
    ].join('\n'),
  }),
  'the provider that it comes with': (url: string) => ({
    'config.toml': `openai_base_url = "${url}/v1"\n`,
    'auth.json': JSON.stringify({ OPENAI_API_KEY: 'sk-none' }),
  }),
};
type Mode = keyof typeof modes;
const everyMode = Object.keys(modes) as Mode[];

async function run(mode: Mode, url: string, model: string) {
  const home = await makeHome();
  onTestFinished(() => home.remove());
  const folder = join(home.folder, '.codex');
  await mkdir(folder);
  for (const [name, text] of Object.entries(modes[mode](url))) await writeFile(join(folder, name), text);
  const script = join(await installed(codex.package), 'node_modules', codex.package.name, 'bin', 'codex.js');
  return runProgram(process.execPath, [script, 'exec', '--skip-git-repo-check', '-m', model, 'say hi'], {
    cwd: home.workspace,
    env: { HOME: home.folder, PATH: home.path, CODEX_HOME: folder, LOCAL_KEY: 'none' },
  });
}

await describeWith(codex, 'on a WebSocket', () => {
  it.each(everyMode)('is served by a Claude account: %s', async (mode) => {
    const { url, engine, anthropic } = await startEngine({ anthropic: { text: 'Served by Claude.' } });
    const tap = await startTap(url);
    onTestFinished(() => tap.close());
    const { exit, stdout, stderr } = await run(mode, tap.url, 'claude-opus-4-7');
    expect([exit, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining('Served by Claude.')]);
    expect(
      tap
        .sent()
        .toString('latin1')
        .match(/[A-Z]+ \/v1\/responses HTTP/g),
    ).toEqual(['GET /v1/responses HTTP']);
    expect(anthropic.requests.filter(({ path }) => path === '/v1/messages')).toHaveLength(1);
    const { requests } = await engine.journal.page(pageQuery.parse({}));
    expect(requests).toMatchObject([{ tool: 'Codex', path: '/v1/responses', status: 200, route: 'local' }]);
  });

  it.each(everyMode)('is served by a ChatGPT account over another one: %s', async (mode) => {
    const { url, codex: upstream } = await startWithCodex({ text: 'Served by ChatGPT.' });
    const { exit, stdout, stderr } = await run(mode, url, 'gpt-5.5');
    expect([exit, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining('Served by ChatGPT.')]);
    expect(upstream.frames).toHaveLength(1);
    expect(upstream.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  it.each(everyMode)('is served by a ChatGPT account over HTTP: %s', async (mode) => {
    const { url, codex: upstream } = await startWithCodex({ text: 'Served by ChatGPT.' }, {}, {});
    const { exit, stdout, stderr } = await run(mode, url, 'gpt-5.5');
    expect([exit, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining('Served by ChatGPT.')]);
    expect(upstream.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });
});

import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { newToken } from '../upstreams/anthropic/accounts.ts';
import { newHome, serve } from './fusebox.ts';

const apiKey = newToken('api03');
const quoting = `new Error('refused: Bearer ${apiKey}', { cause: new Error('for ${encodeURIComponent(apiKey)}') })`;

test.each([
  ['an exception', `throw ${quoting}`],
  ['a rejection', `Promise.reject(${quoting})`],
  ['a rejection with no error in it', `Promise.reject('just ${apiKey}')`],
])('%s that nobody handles ends serve with 1 and shows no secret', async (_what, defect) => {
  const home = await newHome({ 'claude-api-key': [{ 'api-key': apiKey, 'base-url': 'http://127.0.0.1:9' }] });
  const preload = join(home.dir, 'defect.mjs');
  await writeFile(preload, `process.on('SIGUSR2', () => { ${defect}; });`);
  home.env.NODE_OPTIONS = `--import ${pathToFileURL(preload)}`;
  const fusebox = await serve(home);
  const { code, stderr, stdout } = await fusebox.stop('SIGUSR2');
  expect(code).toBe(1);
  expect(stderr).toContain('Fusebox ends because of an error that nobody expected');
  expect(stderr).toContain('[redacted');
  expect(stderr + stdout).not.toContain(apiKey);
  // The address is given back, as after any other end.
  await expect(access(join(home.dataDir, 'instance.json'))).rejects.toMatchObject({ code: 'ENOENT' });
});

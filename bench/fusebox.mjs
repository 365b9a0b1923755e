import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ensureBuilt } from '../scripts/build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const command = join(root, 'dist', 'cli.js');

/** @typedef {'file' | 'memory' | 'keychain'} VaultKind */

/** Builds the command when its sources changed. */
export const prepareFusebox = () => ensureBuilt(root);

/**
 * Makes a data folder for one Fusebox. With a file vault it gets a Claude subscription, imported as an owner would do it;
 * without, the settings hold an API key.
 * @param {{ folder: string, upstream: string, vault: VaultKind, profile?: string | undefined }} options
 * @returns {Promise<{ args: string[], env: NodeJS.ProcessEnv, line: RegExp, command: string, place: string[] }>} what starts it,
 *   and what other commands need
 */
export async function installFusebox({ folder, upstream, vault, profile }) {
  mkdirSync(join(folder, 'auth'), { recursive: true });
  const settings = {
    port: 0,
    'auth-dir': join(folder, 'auth'),
    endpoints: { claude: { api: upstream, token: `${upstream}/v1/oauth/token` } },
    ampcode: { 'upstream-url': '' },
    ...(vault === 'memory' ? { 'claude-api-key': [{ 'api-key': 'sk-ant-api03-bench', 'base-url': upstream }] } : {}),
  };
  // JSON is YAML too.
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(settings));
  // The folder is followed: whoever has a key only must not find it there.
  if (vault !== 'memory') writeFileSync(join(folder, 'auth', 'claude.json'), JSON.stringify(subscription));
  const place = ['--data-dir', folder, '--config', join(folder, 'config.yaml'), '--vault', vault];
  // A home of its own: nothing of the owner's set-up is read.
  const env = { PATH: process.env.PATH, HOME: folder, USERPROFILE: folder };
  if (vault === 'file') await promisify(execFile)(process.execPath, [command, 'import', ...place], { env });
  const profiling = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [];
  const args = [...profiling, command, 'serve', ...place];
  return { args, env, line: /Fusebox is listening on (http:\S+)/, command, place };
}

/** A credential file of a subscription. The token is good for years and opens nothing. */
const subscription = {
  type: 'claude',
  email: 'bench@example.com',
  access_token: 'sk-ant-oat01-bench',
  refresh_token: 'sk-ant-ort01-bench',
  expired: '2099-01-01T00:00:00Z',
};

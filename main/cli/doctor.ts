import { access, constants, mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { AppState } from '../../preload/contract.ts';
import { AccountStore } from '../accounts/account-store.ts';
import { createSecretSource } from '../amp/secret-source.ts';
import { systemClock } from '../clock.ts';
import { portHolder } from '../net/port-holder.ts';
import { formatProblems } from '../settings/problem.ts';
import { defaultSettings, type Settings } from '../settings/schema.ts';
import { openYamlStore } from '../settings/yaml-store.ts';
import { findRunning, getJson } from './instance-client.ts';
import { dataDirOf, openVaultOf, type PlaceOptions, settingsFileOf } from './place.ts';
import { accountsFinding, ampTokenFinding, runningFindings } from './running-findings.ts';
import { visible } from './terminal-text.ts';

export interface Finding {
  /** What was looked at. */
  subject: string;
  state: 'ok' | 'note' | 'problem';
  text: string;
  /** What to do about it. */
  fix?: string;
}

/** Looks at everything that can keep Fusebox from working; resolves with 1 when there is a problem. */
export async function doctor(options: PlaceOptions & { json?: boolean }): Promise<number> {
  const { settings, finding } = await checkSettings(options);
  const state = await stateOfRunning(options);
  const findings = [
    checkRuntime(process.versions.node),
    await checkDataDir(dataDirOf(options)),
    finding,
    ...(state
      ? runningFindings(state)
      : [...(await checkVault(options)), await checkPort(settings), checkAmpToken(settings)]),
    await checkAmpClient(state?.gateway.port ?? settings.port),
  ];
  if (options.json) console.log(JSON.stringify(findings, null, 2));
  else for (const one of findings) printFinding(one);
  return findings.some(({ state }) => state === 'problem') ? 1 : 0;
}

function printFinding({ subject, state, text, fix }: Finding): void {
  const mark = { ok: 'ok     ', note: 'note   ', problem: 'PROBLEM' }[state];
  console.log(visible(`${mark}  ${subject}: ${text}`));
  if (fix) console.log(visible(`         ${fix}`));
}

function checkRuntime(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const subject = 'Node.js';
  if (major > 20 || (major === 20 && minor >= 18)) return { subject, state: 'ok', text: version };
  return { subject, state: 'problem', text: `${version} is too old`, fix: 'Install Node.js 20.18 or newer.' };
}

async function checkDataDir(dataDir: string): Promise<Finding> {
  const subject = 'Data folder';
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await access(dataDir, constants.W_OK);
    return { subject, state: 'ok', text: dataDir };
  } catch {
    return {
      subject,
      state: 'problem',
      text: `${dataDir} cannot be written`,
      fix: 'Change its permissions, or name another with --data-dir.',
    };
  }
}

async function checkSettings(options: PlaceOptions): Promise<{ settings: Settings; finding: Finding }> {
  const subject = 'Settings';
  const file = settingsFileOf(options);
  const warnings: string[] = [];
  const log = { info: () => {}, warn: (message: string) => void warnings.push(message) };
  const opened = await openYamlStore({ file, clock: systemClock, log });
  if (!opened.ok) {
    const text = formatProblems(opened.problems);
    return { settings: defaultSettings(), finding: { subject, state: 'problem', text, fix: `Correct ${file}.` } };
  }
  const settings = opened.store.current();
  opened.store.close();
  if (warnings.length > 0) return { settings, finding: { subject, state: 'note', text: warnings.join('; ') } };
  return { settings, finding: { subject, state: 'ok', text: file } };
}

async function checkVault(options: PlaceOptions): Promise<Finding[]> {
  const unreadable: string[] = [];
  try {
    const report = (message: string) => void unreadable.push(message);
    const vault = await openVaultOf(options, report);
    const store = await AccountStore.open({ vault, report });
    const vaultFinding: Finding = { subject: 'Vault', state: 'ok', text: vault.note ?? vault.kind };
    const broken: Finding[] = unreadable.map((text) => ({
      subject: 'Vault',
      state: 'problem',
      text,
      fix: 'Sign in to that account again.',
    }));
    const expired = store.list().filter(({ needsSignIn }) => needsSignIn !== undefined);
    const labels = expired.map(({ label }) => label);
    return [vaultFinding, ...broken, accountsFinding(store.list().length, labels)];
  } catch (error) {
    const text = error instanceof Error ? error.message : 'it cannot be opened';
    const isFile = options.vault === 'file';
    const fix = isFile
      ? 'Put that file right, or move it away and sign in again.'
      : 'Unlock the keychain, or use --vault file.';
    return [{ subject: 'Vault', state: 'problem', text, fix }];
  }
}

/** Undefined when none runs. */
async function stateOfRunning(options: PlaceOptions): Promise<AppState | undefined> {
  const running = await findRunning(dataDirOf(options));
  return running && ((await getJson(running, '/state')) as AppState);
}

async function checkPort({ host, port }: Settings): Promise<Finding> {
  const subject = 'Gateway';
  if (port === 0 || (await canListen(host, port)))
    return { subject, state: 'note', text: `not running; port ${port} is free`, fix: 'Start it with: fusebox serve' };
  const holder = await portHolder(port, process.platform);
  return {
    subject,
    state: 'problem',
    text: `port ${port} is taken${holder ? ` by ${holder}` : ''}`,
    fix: 'Stop that program, or set another port.',
  };
}

function canListen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

function checkAmpToken(settings: Settings): Finding {
  const { source, problem } = createSecretSource({
    settings: () => settings.ampcode,
    storedToken: () => undefined,
    env: process.env,
    homeDir: homedir(),
    clock: systemClock,
  }).describe();
  return ampTokenFinding(source, problem);
}

/** Whether the Amp command line of this user points here. */
async function checkAmpClient(port: number): Promise<Finding> {
  const subject = 'Amp client';
  const url = process.env.AMP_URL ?? (await ampUrlSetting());
  const here = `http://127.0.0.1:${port}`;
  if (url === undefined)
    return {
      subject,
      state: 'note',
      text: 'amp.url is not set: Amp does not use Fusebox',
      fix: `Set "amp.url": "${here}" in ~/.config/amp/settings.json.`,
    };
  if (URL.canParse(url) && Number(new URL(url).port) === port)
    return { subject, state: 'ok', text: `points to ${url}` };
  return { subject, state: 'note', text: `points to ${url}, not to Fusebox`, fix: `Set amp.url to ${here}.` };
}

async function ampUrlSetting(): Promise<string | undefined> {
  const text = await readFile(join(homedir(), '.config', 'amp', 'settings.json'), 'utf8').catch(() => '');
  return /"amp\.url"\s*:\s*"([^"]+)"/.exec(text)?.[1];
}

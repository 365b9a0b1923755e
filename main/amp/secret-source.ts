import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { AmpSettings } from '../settings/schema.ts';

export type SecretOrigin = 'settings' | 'environment' | 'secrets-file';

/** Amp's access token and where it was found, or why a place that should have it could not be used. */
export type SecretResult = { token: string; source: SecretOrigin } | { token: undefined; problem?: string };

export interface SecretSource {
  /**
   * The token for a request that presented `clientKey` (a local API key), or for any other request. Reads settings and
   * environment as they are now; the secrets file is read again when it has changed. Takes a few microseconds.
   */
  resolve(clientKey?: string): SecretResult;
  /** Whether `value` is the token that a request without a local API key gets. Constant time; blank never matches. */
  matches(value: string): boolean;
  /** Where the token comes from, for people. Holds no secret. */
  describe(): { source: SecretOrigin | 'none'; problem?: string };
  /** Forgets what was read from the secrets file. */
  invalidate(): void;
}

/** The part of the file system that is needed. Both throw like node:fs. */
export interface SecretFiles {
  /** Changes whenever the file does; undefined when there is no such file. */
  signature(path: string): string | undefined;
  read(path: string): string;
}

export interface SecretSourceDeps {
  settings: () => AmpSettings;
  /** The token kept in the vault, as set in the window. */
  storedToken: () => string | undefined;
  env: Readonly<Record<string, string | undefined>>;
  homeDir: string;
  clock: Clock;
  files?: SecretFiles;
}

/** How long what was read from the secrets file counts, in milliseconds, while the file looks unchanged. */
export const secretCacheMs = { hit: 5 * 60_000, miss: 15_000 } as const;

const maxFileBytes = 1024 * 1024;

const nodeFiles: SecretFiles = {
  signature(path) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found) return undefined;
    if (found.size > maxFileBytes) throw Object.assign(new Error('too large'), { code: 'EFBIG' });
    return `${found.ino}:${found.size}:${found.mtimeMs}:${found.ctimeMs}`;
  },
  read: (path) => readFileSync(path, 'utf8'),
};

/**
 * Amp's access token by precedence: `upstream-api-keys` for the caller's local key, settings, the vault, `AMP_API_KEY`,
 * the file that `amp login` writes. The file is looked at synchronously: it is one stat of a few microseconds, and the
 * key check of the gateway can ask without waiting.
 */
export function createSecretSource(deps: SecretSourceDeps): SecretSource {
  const secretsFile = createSecretsFile(deps.files ?? nodeFiles, deps.clock);

  const resolve = (clientKey?: string): SecretResult => {
    const settings = deps.settings();
    const problems: string[] = [];
    const places: [SecretOrigin, string, () => string | undefined][] = [
      ['settings', 'upstream-api-keys', () => mappedToken(settings, clientKey)],
      ['settings', 'upstream-api-key', () => settings['upstream-api-key']],
      ['settings', 'The stored Amp token', deps.storedToken],
      ['environment', 'AMP_API_KEY', () => deps.env.AMP_API_KEY],
    ];
    for (const [source, name, read] of places) {
      const token = usable(read(), name, problems);
      if (token) return { token, source };
    }
    for (const path of secretsPaths(deps.env, deps.homeDir)) {
      const token = usable(secretsFile.token(path, settings['upstream-url'], problems), path, problems);
      if (token) return { token, source: 'secrets-file' };
    }
    return problems[0] === undefined ? { token: undefined } : { token: undefined, problem: problems[0] };
  };

  return {
    resolve,
    matches(value) {
      const { token } = resolve();
      return token !== undefined && sameText(value, token);
    },
    describe() {
      const found = resolve();
      if (found.token !== undefined) return { source: found.source };
      return { source: 'none', ...(found.problem ? { problem: found.problem } : {}) };
    },
    invalidate: secretsFile.forget,
  };
}

/** Compares without telling by its duration how much is equal. */
function sameText(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

/** Where `amp login` may have left its file: XDG_DATA_HOME first when it is set (amp.md §2). */
function secretsPaths(env: SecretSourceDeps['env'], homeDir: string): string[] {
  const xdg = env.XDG_DATA_HOME?.trim();
  const folders = [...(xdg ? [xdg] : []), join(homeDir, '.local', 'share')];
  return [...new Set(folders.map((folder) => join(folder, 'amp', 'secrets.json')))];
}

function mappedToken(settings: AmpSettings, clientKey: string | undefined): string | undefined {
  if (!clientKey) return undefined;
  const entry = settings['upstream-api-keys'].find(({ 'api-keys': keys }) =>
    keys.some((key) => sameText(key.trim(), clientKey)),
  );
  return entry?.['upstream-api-key'];
}

/** A trimmed token; undefined when blank, or when no HTTP header can carry it, which is noted as a problem. */
function usable(value: string | undefined, name: string, problems: string[]): string | undefined {
  const token = value?.trim();
  if (!token) return undefined;
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  problems.push(`${name} holds a value with characters that cannot be sent`);
  return undefined;
}

interface ReadFile {
  signature: string;
  readAt: number;
  fields: ReadonlyMap<string, string>;
  problem?: string;
}

/** Amp's secrets files, kept in memory until they change or the time limit passes. */
function createSecretsFile(files: SecretFiles, clock: Clock) {
  const cache = new Map<string, ReadFile>();

  const load = (path: string): ReadFile | undefined => {
    // Before the read: a change in between shows as a new signature at the next look.
    const signature = files.signature(path);
    if (signature === undefined) return undefined;
    const now = clock.now();
    const known = cache.get(path);
    if (known?.signature === signature && now - known.readAt < lifetime(known)) return known;
    const file = { signature, readAt: now, ...parseSecrets(files.read(path), path) };
    cache.set(path, file);
    return file;
  };

  return {
    token(path: string, upstreamUrl: string, problems: string[]): string | undefined {
      try {
        const file = load(path);
        if (file?.problem) problems.push(file.problem);
        const values = fieldNames(upstreamUrl).map((name) => file?.fields.get(name));
        return values.find((value) => value !== undefined);
      } catch (error) {
        problems.push(`${path} cannot be read (${codeOf(error)})`);
        return undefined;
      }
    },
    forget: () => cache.clear(),
  };
}

function lifetime(file: ReadFile): number {
  return file.fields.size > 0 ? secretCacheMs.hit : secretCacheMs.miss;
}

/** `apiKey@<server URL>`: Amp looks for the URL letter by letter, so both spellings occur (amp.md §2). */
function fieldNames(upstreamUrl: string): string[] {
  const bare = upstreamUrl.trim().replace(/\/+$/, '');
  return [...new Set([upstreamUrl.trim(), `${bare}/`, bare])].map((url) => `apiKey@${url}`);
}

/** The non-blank access tokens of a secrets file. The parser's own message is dropped: it quotes the content. */
function parseSecrets(text: string, path: string): Pick<ReadFile, 'fields' | 'problem'> {
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return { fields: new Map(), problem: `${path} is not valid JSON` };
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    return { fields: new Map(), problem: `${path} does not hold a JSON object` };
  }
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries(content)) {
    if (name.startsWith('apiKey@') && typeof value === 'string' && value.trim()) fields.set(name, value);
  }
  return { fields };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
}

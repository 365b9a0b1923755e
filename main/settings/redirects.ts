import { valueAt } from './describe.ts';
import { changesOf } from './store.ts';

/** A change by which tokens, keys or requests would be sent to another address. */
export interface Redirect {
  /** Dotted, as in docs/configuration.md. */
  setting: string;
  /** Addresses without user and password; absent where there was none. */
  from?: string;
  to: string;
}

/** Settings that are addresses, or blocks of them. */
const addressKeys = [['endpoints'], ['proxy-url'], ['ampcode', 'upstream-url'], ['amp-upstream-url']];

/** Lists of keys that say where each key is sent. */
const keyLists = ['claude-api-key', 'codex-api-key', 'gemini-api-key', 'vertex-api-key', 'openai-compatibility'];

/** Nothing is sent to anybody by these; defaults, too, are the providers' own addresses. */
const harmless: readonly unknown[] = [undefined, '', 'direct', 'none'];

/**
 * What of a patch leads secrets that are there now elsewhere. Keys that it brings along itself may go wherever it says.
 * Pure; `current` is in force before the patch.
 */
export function redirectsIn(current: object, patch: object): Redirect[] {
  return changesOf(patch).flatMap(({ path, value }) => {
    const before = valueAt(current, path);
    const [first = ''] = path;
    if (keyLists.includes(first)) return movedKeys(first, before, value);
    const isAddress = addressKeys.some((key) => key.every((part, at) => path[at] === part));
    if (!isAddress || value === before || isHarmless(value)) return [];
    return [redirect(path.join('.'), before, value)];
  });
}

/** Keys of a list that are known and would go to an address that they have not gone to. */
function movedKeys(list: string, before: unknown, after: unknown): Redirect[] {
  const [known, wanted] = [sendingsIn(before), sendingsIn(after)];
  return wanted.flatMap(({ key, field, address }) => {
    const of = known.filter((one) => one.key === key && one.field === field);
    const isNew = known.every((one) => one.key !== key);
    if (isNew || isHarmless(address) || of.some((one) => one.address === address)) return [];
    return [redirect(`${list}: ${field}`, of[0]?.address, address)];
  });
}

/** What no schema of an address takes is refused later, in its own words; whoever is asked about it learns nothing. */
function isHarmless(value: unknown): boolean {
  if (harmless.includes(value) || typeof value !== 'string') return true;
  return !URL.canParse(value) && !/^(https?|socks5h?):\/\//.test(value.trim());
}

interface Sending {
  key: unknown;
  field: 'base-url' | 'proxy-url';
  address: unknown;
}

function sendingsIn(list: unknown): Sending[] {
  return listOf(list).flatMap((entry) => {
    const inner = listOf(entry['api-key-entries']);
    const older = Array.isArray(entry['api-keys']) ? entry['api-keys'].map((key: unknown) => ({ 'api-key': key })) : [];
    // Headers are secrets as well, each by itself: some servers take their key in one.
    const headers = Object.values(Object(entry.headers)).map((value) => ({ 'api-key': value }));
    const holders: Record<string, unknown>[] = [{ 'api-key': entry['api-key'] }, ...inner, ...older, ...headers];
    return holders
      .filter((holder) => holder['api-key'] !== undefined)
      .flatMap((holder): Sending[] => [
        { key: holder['api-key'], field: 'base-url', address: entry['base-url'] },
        { key: holder['api-key'], field: 'proxy-url', address: holder['proxy-url'] ?? entry['proxy-url'] },
      ]);
  });
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : [];
}

function redirect(setting: string, from: unknown, to: unknown): Redirect {
  return { setting, to: addressText(to), ...(isHarmless(from) ? {} : { from: addressText(from) }) };
}

/** An address as it is understood, without user and password: whoever confirms it needs the host, however it is spelled. */
export function addressText(address: unknown): string {
  const written = String(address);
  if (!URL.canParse(written)) return written.replaceAll(/[^\x20-\x7e]/g, ' ').slice(0, 300);
  const url = new URL(written);
  url.username = '';
  url.password = '';
  return url.href.replace(/\/$/, '').slice(0, 300);
}

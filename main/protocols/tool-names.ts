import type { Dialect } from './features.ts';
import { shortHash } from './short-hash.ts';

/** The names that one request's tools have upstream. */
export interface ToolNaming {
  /** The upstream's name for a client's one, be it declared or only called in the history. */
  toUpstream(name: string): string;
  /** Client's names by upstream's names; only those that differ. */
  renamed: ReadonlyMap<string, string>;
}

/**
 * Fits the names of tools to what an upstream takes, so that two of them never become one: names that fit stay, others
 * get `_1`, `_2` when they collide. The same names in the same order give the same result, which keeps prompt caches.
 */
export function createToolNaming(names: Iterable<string>, rule: Dialect['toolNames']): ToolNaming {
  const declared = [...new Set(names)];
  const taken = new Map<string, string>();
  for (const name of declared) if (fits(name, rule)) taken.set(name, name);
  const upstream = new Map<string, string>(taken);
  const renamed = new Map<string, string>();
  const toUpstream = (name: string): string => {
    const known = upstream.get(name);
    if (known !== undefined) return known;
    const given = freeName(fitted(name, rule), rule.maxLength, (one) => !taken.has(one));
    taken.set(given, name);
    upstream.set(name, given);
    if (given !== name) renamed.set(given, name);
    return given;
  };
  for (const name of declared) toUpstream(name);
  return { toUpstream, renamed };
}

function fits(name: string, { first, rest, maxLength }: Dialect['toolNames']): boolean {
  const [head, ...tail] = name;
  if (head === undefined || name.length > maxLength) return false;
  return first.test(head) && tail.every((character) => rest.test(character));
}

function fitted(name: string, rule: Dialect['toolNames']): string {
  const clean = [...shortened(name, rule.maxLength)]
    .map((character) => (rule.rest.test(character) ? character : '_'))
    .join('');
  const led = clean !== '' && rule.first.test(clean.charAt(0)) ? clean : `_${clean}`;
  // An upstream whose names must begin with a letter.
  const safe = rule.first.test(led.charAt(0)) ? led : `t${led}`;
  return safe.slice(0, rule.maxLength);
}

/** Of `mcp__server__tool` the tool says more than the server. */
function shortened(name: string, maxLength: number): string {
  if (name.length <= maxLength || !name.startsWith('mcp__')) return name;
  const last = name.slice(name.lastIndexOf('__') + 2);
  return last === '' ? name : `mcp__${last}`;
}

function freeName(base: string, maxLength: number, isFree: (name: string) => boolean): string {
  if (isFree(base)) return base;
  for (let count = 1; ; count++) {
    const suffix = `_${count}`;
    const name = base.slice(0, maxLength - suffix.length) + suffix;
    if (isFree(name)) return name;
  }
}

/**
 * A tool call's id in letters, digits, `_` and `-`, `maxLength` characters (20 or more) at most. An id that fits is itself; of
 * others the beginning stays and a hash keeps them apart. The same id always gives the same one, so that calls and
 * results still belong together.
 */
export function fitToolId(id: string, maxLength: number): string {
  if (id.length <= maxLength && /^[\w-]+$/.test(id)) return id;
  const hash = shortHash(id);
  const head = id.replace(/[^\w-]/g, '_').slice(0, maxLength - hash.length - 1) || 'id';
  return `${head}_${hash}`;
}

import { isDeepStrictEqual } from 'node:util';
import { ConfigConflict, type ConfigFormat } from './formats/config-format.ts';
import type { Change, Path } from './tool.ts';
import { isEmpty, valueAt, withoutValueAt, withValueAt } from './values.ts';

/**
 * A file's text with our values in it. Values that are there already are left as they stand. Throws ConfigSyntaxError,
 * or ConfigConflict when the file cannot take them; the result is read back, so that no edit does more than it should.
 */
export function withChanges(format: ConfigFormat, text: string, changes: readonly Change[]): string {
  let meant: unknown = format.read(text);
  let now = text;
  for (const { path, value } of changes) {
    if (isDeepStrictEqual(valueAt(meant, path), value)) continue;
    now = format.set(now, path, value);
    meant = withValueAt(meant, path, value);
  }
  return verified(format, now, meant);
}

/**
 * The text with the values at these paths as they were in `original`, where undefined means that there was no file;
 * undefined when nothing is left of a file that was not there. What else is in the text stays. Throws as above.
 */
export function withOriginals(
  format: ConfigFormat,
  text: string,
  paths: readonly Path[],
  original: string | undefined,
): string | undefined {
  const before = original === undefined ? {} : format.read(original);
  let meant: unknown = format.read(text);
  let now = text;
  const put = (path: Path, value: unknown) => {
    if (isDeepStrictEqual(valueAt(meant, path), value)) return;
    now = value === undefined ? format.remove(now, path) : format.set(now, path, value);
    meant = value === undefined ? withoutValueAt(meant, path) : withValueAt(meant, path, value);
  };
  for (const path of paths) put(path, valueAt(before, path));
  // Objects and lists that we made go with what we put into them, the innermost first.
  for (const path of paths)
    for (let length = path.length - 1; length > 0; length--) {
      const above = path.slice(0, length);
      if (valueAt(before, above) !== undefined || !isEmpty(valueAt(meant, above))) break;
      put(above, undefined);
    }
  const result = verified(format, now, withoutEmptyTables(meant, before, format.read(now), paths));
  return original === undefined && isBlank(result) ? undefined : result;
}

/** A table of TOML is there only through what is in it. */
function withoutEmptyTables(meant: unknown, before: unknown, now: unknown, paths: readonly Path[]): unknown {
  return paths
    .map((path) => path.slice(0, -1))
    .filter((above) => above.length > 0 && isEmpty(valueAt(meant, above)) && valueAt(now, above) === undefined)
    .filter((above) => valueAt(before, above) === undefined || isEmpty(valueAt(before, above)))
    .reduce(withoutValueAt, meant);
}

function verified(format: ConfigFormat, text: string, meant: unknown): string {
  if (isDeepStrictEqual(plain(format.read(text)), plain(meant))) return text;
  throw new ConfigConflict('is written in a way that cannot be changed in place');
}

/** Parsers make objects of several prototypes. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_name, one) => (typeof one === 'bigint' ? `${one}n` : one)));
}

function isBlank(text: string): boolean {
  return ['', '{}'].includes(text.replaceAll(/[\s\uFEFF]/g, ''));
}

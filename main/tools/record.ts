import { createHash, randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { withOriginals } from './edit.ts';
import type { ConfigFormat } from './formats/config-format.ts';
import type { Change, Path } from './tool.ts';
import { hashOf, valueAt } from './values.ts';

const pathPart = z.union([z.string(), z.strictObject({ where: z.string(), is: z.string() })]);

const fileRecord = z.strictObject({
  /** Which of the tool's targets. */
  target: z.number(),
  file: z.string(),
  /** What the file was before us. Text that is all secret is in the vault under this name. */
  original: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('absent') }),
    z.strictObject({ kind: z.literal('text'), text: z.string() }),
    z.strictObject({ kind: z.literal('vault'), name: z.string() }),
  ]),
  salt: z.string(),
  /** Of the whole text that was written. */
  textHash: z.string(),
  /** The values that were written, as hashes: some are keys. */
  written: z.array(z.strictObject({ path: z.array(pathPart), hash: z.string() })),
});

/** What is known of a connected tool, written before its files are. */
export const toolRecord = z.strictObject({
  version: z.literal(1),
  tool: z.string(),
  /** Milliseconds since the Unix epoch. */
  since: z.number(),
  withKey: z.boolean().optional(),
  /** Put back when Fusebox quit, to be connected again at its next start. */
  resume: z.boolean().optional(),
  files: z.array(fileRecord),
});

export type ToolRecord = z.infer<typeof toolRecord>;
export type FileRecord = ToolRecord['files'][number];

/** A file as it is now, with what is kept of it. */
export interface Held {
  format: ConfigFormat;
  /** Undefined: there is none. */
  text: string | undefined;
  record: FileRecord | undefined;
  /** What it was before us, where there is a record; undefined: there was none. */
  original: string | undefined;
  /** What connecting would write now. */
  changes: readonly Change[];
  /** Whether an address is the gateway's own. */
  isOwn(url: URL): boolean;
}

/** What stands where we wrote: ours, what was there before, or something else. */
export type Standing = 'ours' | 'original' | 'other';

/** One for each value that was written. Throws ConfigSyntaxError. */
export function standings({ format, text, record, original }: Held): Standing[] {
  if (!record) return [];
  const now = format.read(text ?? '');
  const before = format.read(original ?? '');
  return record.written.map(({ path, hash }) => {
    const value = valueAt(now, path);
    if (value !== undefined && hashOf(value, record.salt) === hash) return 'ours';
    return isDeepStrictEqual(value, valueAt(before, path)) ? 'original' : 'other';
  });
}

/** Whether some value that was written would be written otherwise now, such as after a move to another port. */
export function isOutdated({ record, changes }: Held): boolean {
  return changes.some(({ path, value }) => {
    const known = record?.written.find((one) => isDeepStrictEqual(one.path, path));
    return known !== undefined && known.hash !== hashOf(value, record?.salt ?? '');
  });
}

/**
 * What the file would be without us. If nobody has touched it since, that is what it was, byte for byte; else what
 * others wrote stays and only our values go. Without a record our own address is never taken for the owner's.
 */
export function withoutUs(held: Held, isOurs: boolean): string | undefined {
  const { format, text, record, original } = held;
  if (!record) return text === undefined || !isOurs ? text : withOriginals(format, text, ownPaths(held), undefined);
  if (text === undefined || textHash(text) === record.textHash) return original;
  return withOriginals(
    format,
    text,
    record.written.map(({ path }) => path),
    original,
  );
}

/** Whether a value names the gateway's own address, however that is spelt. */
function namesOwnAddress(value: unknown, isOwn: (url: URL) => boolean): boolean {
  const urls = (JSON.stringify(value) ?? '').match(/https?:\/\/[^\s"'\\]+/g) ?? [];
  return urls.some((url) => URL.canParse(url) && isOwn(new URL(url)));
}

/** In a file without a record: values that name our address, or are exactly what we would write. */
function ownPaths({ format, text, changes, isOwn }: Held): Path[] {
  const now = format.read(text ?? '');
  const isOurs = ({ path, value }: Change) => {
    const found = valueAt(now, path);
    return isDeepStrictEqual(found, value) || namesOwnAddress(found, isOwn);
  };
  return changes.filter(isOurs).map(({ path }) => path);
}

/** Whether a tool that there is no record of points here, because its owner wrote so. */
export function pointsHere({ format, text, changes, isOwn }: Held): boolean {
  if (text === undefined) return false;
  const now = format.read(text);
  return changes.some(({ path, value }) => namesOwnAddress(value, isOwn) && namesOwnAddress(valueAt(now, path), isOwn));
}

/** The record of a text that is about to be written. */
export function recordOf(
  place: Pick<FileRecord, 'target' | 'file' | 'original'>,
  text: string,
  changes: readonly Change[],
): FileRecord {
  const salt = randomBytes(12).toString('hex');
  const written = changes.map(({ path, value }) => ({ path: [...path], hash: hashOf(value, salt) }));
  return { ...place, salt, textHash: textHash(text), written };
}

function textHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

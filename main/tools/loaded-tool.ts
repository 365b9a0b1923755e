import type { ToolStatus, ToolView } from '../../preload/tools-view.ts';
import type { ConfigFiles } from './config-files.ts';
import { ConfigConflict, ConfigSyntaxError } from './formats/config-format.ts';
import { formats } from './formats/format.ts';
import { ToolError } from './problem.ts';
import { type FileRecord, type Held, isOutdated, pointsHere, standings, type ToolRecord } from './record.ts';
import type { RecordFiles } from './record-files.ts';
import type { Machine, Target, Tool, Wish } from './tool.ts';

/** Keeps what files were that hold secrets and nothing else. */
export interface SecretKeeper {
  get(name: string): string | undefined;
  set(name: string, text: string | undefined): Promise<void>;
}

export interface LoadParts {
  machine: Machine;
  files: ConfigFiles;
  records: RecordFiles;
  secrets: SecretKeeper;
  wish(): Wish;
  /** Whether an address is the gateway's own. */
  isOwn(url: URL): boolean;
}

export interface HeldFile extends Held {
  index: number;
  target: Target;
  file: string;
}

/** A tool with its files as they are now. */
export interface LoadedTool {
  tool: Tool;
  record: ToolRecord | undefined;
  held: HeldFile[];
  /** There is no record, but it points here. */
  byHand: boolean;
  status: Exclude<ToolStatus, 'not-installed' | 'unreadable'>;
}

/** Reads what there is. Rejects with ToolError. */
export async function loadTool(tool: Tool, parts: LoadParts, withKey?: boolean): Promise<LoadedTool> {
  const record = await parts.records.read(tool.id);
  const wanted = withKey ?? record?.withKey;
  const wish: Wish = { ...parts.wish(), ...(wanted === undefined ? {} : { withKey: wanted }) };
  const all = await Promise.all(tool.targets.map((target, index) => load(target, index, record, wish, parts)));
  const held = all.filter(({ changes, record: kept }) => kept !== undefined || changes.length > 0);
  const byHand = record === undefined && held.some((one) => inWords(one.file, () => pointsHere(one)));
  return { tool, record, held, byHand, status: byHand ? 'connected' : statusOf(held) };
}

async function load(
  target: Target,
  index: number,
  tool: ToolRecord | undefined,
  wish: Wish,
  { machine, files, secrets, isOwn }: LoadParts,
): Promise<HeldFile> {
  const kept = tool?.files.find((one) => one.target === index);
  const file = kept?.file ?? target.file(machine);
  const text = await files.read(file);
  const { record, original } = originalOf(kept, secrets);
  return {
    index,
    target,
    file,
    format: formats[target.format],
    text,
    record,
    original,
    changes: target.changes(wish),
    isOwn,
  };
}

/** Where the vault has lost what a file was, no text can be put back whole: only our values are taken out. */
function originalOf(record: FileRecord | undefined, secrets: SecretKeeper): Pick<Held, 'record' | 'original'> {
  if (!record || record.original.kind === 'absent') return { record, original: undefined };
  if (record.original.kind === 'text') return { record, original: record.original.text };
  const original = secrets.get(record.original.name);
  return original === undefined ? { record: { ...record, textHash: '' }, original } : { record, original };
}

function statusOf(held: readonly HeldFile[]): LoadedTool['status'] {
  const all = held.flatMap((one) => inWords(one.file, () => standings(one)));
  if (all.includes('other')) return 'changed';
  if (!all.includes('ours')) return 'not-connected';
  return all.includes('original') || held.some(lacksSomething) ? 'outdated' : 'connected';
}

/** Such as a file for a key that the gateway did not ask for when the tool was connected. */
function lacksSomething(one: HeldFile): boolean {
  return isOutdated(one) || (one.record === undefined && one.changes.length > 0);
}

/** Runs what reads or edits a file's text. Throws ToolError, which names the file. */
export function inWords<T>(file: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof ConfigSyntaxError)
      throw new ToolError('file_invalid', `${file} ${error.message}.`, 'Put the file right and try again.');
    if (error instanceof ConfigConflict)
      throw new ToolError(
        'file_conflict',
        `${file} ${error.message}.`,
        'Change the file by hand: see the lines to copy.',
      );
    throw error;
  }
}

/** A tool as the owner sees it; what cannot be read is a state too. */
export async function viewOf(tool: Tool, parts: LoadParts, foundAt: string | undefined): Promise<ToolView> {
  const paths = tool.targets.map((target) => target.file(parts.machine));
  const view = {
    id: tool.id,
    label: tool.label,
    ...(foundAt === undefined ? {} : { foundAt }),
    afterwards: tool.afterwards,
    ...(tool.limits === undefined ? {} : { limits: tool.limits }),
    ...(tool.optionalKey === undefined || parts.wish().key !== undefined ? {} : { optionalKey: tool.optionalKey }),
  };
  try {
    const { status, held, record } = await loadTool(tool, parts);
    const files = held.map(({ file, text }) => ({ path: file, exists: text !== undefined }));
    if (status === 'not-connected' && foundAt === undefined && !files.some(({ exists }) => exists))
      return { ...view, status: 'not-installed', files };
    const kept =
      status === 'not-connected' || !record ? {} : { backup: parts.records.path(tool.id), since: record.since };
    return { ...view, status, files, ...kept };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    const { message, fix } = error;
    const kept = await parts.records.read(tool.id).catch(() => undefined);
    return {
      ...view,
      ...(kept ? { backup: parts.records.path(tool.id) } : {}),
      status: 'unreadable',
      files: paths.map((path) => ({ path, exists: true })),
      problem: { message, fix },
    };
  }
}

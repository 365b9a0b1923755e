import { isDeepStrictEqual } from 'node:util';
import type {
  ToolConnect,
  ToolPlan,
  ToolPlanQuestion,
  ToolRestore,
  ToolSnippet,
  ToolView,
} from '../../preload/tools-view.ts';
import { type ConfigFiles, nodeConfigFiles } from './config-files.ts';
import { declaredTools } from './declared.ts';
import { installedAt } from './installed.ts';
import { type LoadedTool, type LoadParts, loadTool, viewOf } from './loaded-tool.ts';
import { ToolError } from './problem.ts';
import { type FileRecord, recordOf, type ToolRecord } from './record.ts';
import { createRecordFiles } from './record-files.ts';
import { snippets } from './snippets.ts';
import type { Tool } from './tool.ts';
import { planOf, type Step, stepsOf, tokenOf } from './tool-plan.ts';

export interface ToolDeskParts extends Pick<LoadParts, 'machine' | 'wish' | 'isOwn' | 'secrets'> {
  /** Where it is kept what tools' files were before. */
  folder: string;
  /** Masks known secrets. */
  scrub(text: string): string;
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Some tool's state has changed. */
  onChange(): void;
  files?: ConfigFiles;
  tools?: readonly Tool[];
}

/** Connects tools to the gateway and puts them back. One thing at a time; every call rejects with ToolError. */
export interface ToolDesk {
  /** As they were found last. */
  views(): ToolView[];
  /** Looks at the tools' files again. */
  look(): Promise<void>;
  plan(question: ToolPlanQuestion): Promise<ToolPlan>;
  connect(wish: ToolConnect): Promise<void>;
  restore(wish: ToolRestore): Promise<void>;
  /** Leaves a tool's files as they are and forgets what they were. */
  forget(id: string): Promise<void>;
  /** Puts back every tool that points here, to be connected again by `resume`. */
  suspend(): Promise<void>;
  /** Connects the tools again that were put back by `suspend`. */
  resume(): Promise<void>;
  /** Resolves when nothing is being read or written. */
  settled(): Promise<void>;
  /** Masked, unless `whole`. */
  snippets(whole?: boolean): ToolSnippet[];
}

export function createToolDesk(parts: ToolDeskParts): ToolDesk {
  const { tools = declaredTools, files = nodeConfigFiles, machine, secrets } = parts;
  const records = createRecordFiles(parts.folder, files);
  const loading: LoadParts = { ...parts, files, records };
  let views: ToolView[] = [];
  let last: Promise<unknown> = Promise.resolve();
  const exclusively = <T>(run: () => Promise<T>): Promise<T> => {
    const next = last.then(run, run);
    last = next.catch(() => undefined);
    return next;
  };
  const look = async () => {
    const found = await Promise.all(
      tools.map(async (tool) => viewOf(tool, loading, await installedAt(tool, machine, files))),
    );
    if (isDeepStrictEqual(found, views)) return;
    views = found;
    parts.onChange();
  };
  /** Whatever becomes of it, the state says what is true afterwards. */
  const changing = (run: () => Promise<void>) => exclusively(() => run().finally(look));
  const toolOf = (id: string): Tool => {
    const found = tools.find((tool) => tool.id === id);
    if (found) return found;
    throw new ToolError(
      'tool_unknown',
      `There is no tool ${id}.`,
      `Name one of: ${tools.map((tool) => tool.id).join(', ')}`,
    );
  };

  const forgetOriginals = async (before: readonly FileRecord[], kept: readonly FileRecord[] = []) => {
    const names = new Set(kept.map(vaultName));
    for (const name of before.map(vaultName))
      if (name !== undefined && !names.has(name)) await secrets.set(name, undefined);
  };

  /** Original first, then record, then file: a crash at any point leaves something to put back. */
  const connectTool = async ({ id, token, withKey, over }: ToolConnect) => {
    const loaded = await loadTool(toolOf(id), loading, withKey);
    refuseChanged(loaded, over);
    if (!loaded.held.some(({ changes }) => changes.length > 0)) throw nothingToWrite(loaded.tool);
    const steps = stepsOf(loaded, 'connect');
    await prepare(steps, token);
    const written: FileRecord[] = [];
    for (const step of steps) {
      if (step.after === undefined || step.held.changes.length === 0) continue;
      const original = await keep(loaded.tool, step);
      written.push(
        recordOf({ target: step.held.index, file: step.held.file, original }, step.after, step.held.changes),
      );
    }
    const key = withKey ?? loaded.record?.withKey;
    const since = loaded.record?.since ?? parts.now();
    const flags = key === undefined ? {} : { withKey: key };
    await records.write({ version: 1, tool: loaded.tool.id, since, ...flags, files: written });
    for (const step of steps) await carryOut(step);
    await forgetOriginals(loaded.record?.files ?? [], written);
  };

  const keep = async (tool: Tool, { before, held }: Step): Promise<FileRecord['original']> => {
    if (before === undefined) return { kind: 'absent' };
    if (!held.target.secret) return { kind: 'text', text: before };
    const name = `tool-file:${tool.id}:${held.index}`;
    await secrets.set(name, before);
    return { kind: 'vault', name };
  };

  const prepare = async (steps: readonly Step[], token: string | undefined) => {
    if (token !== undefined && token !== tokenOf(steps)) throw changedMeanwhile();
    for (const { held, after } of steps) if (held.text !== after) await files.checkWritable(held.file);
  };

  const carryOut = async ({ held: { file, text, target }, after }: Step) => {
    if (text === after) return;
    if ((await files.read(file)) !== text) throw changedMeanwhile();
    if (after === undefined) await files.remove(file);
    else await files.write(file, after, target.secret);
  };

  const restoreTool = async ({ id, token, over }: ToolRestore) => {
    const loaded = await loadTool(toolOf(id), loading);
    if (!loaded.record && !loaded.byHand) throw notConnected(loaded.tool);
    refuseChanged(loaded, over);
    await putBack(loaded, token);
    await records.remove(loaded.tool.id);
    await forgetOriginals(loaded.record?.files ?? []);
  };

  const putBack = async (loaded: LoadedTool, token?: string) => {
    const steps = stepsOf(loaded, 'restore');
    await prepare(steps, token);
    for (const step of steps) await carryOut(step);
  };

  const suspendTool = async (tool: Tool) => {
    const loaded = await loadTool(tool, loading);
    const isOn = loaded.status === 'connected' || loaded.status === 'outdated';
    if (!loaded.record || !isOn) return;
    await records.write({ ...loaded.record, resume: true });
    await putBack(loaded);
  };

  const resumeTool = async (tool: Tool) => {
    const record = await records.read(tool.id);
    if (!record?.resume) return;
    const { resume: _, ...rest } = record;
    const { status } = await loadTool(tool, loading);
    // What somebody else has written meanwhile is the owner's to decide.
    if (status === 'changed') await records.write(rest satisfies ToolRecord);
    else await connectTool({ id: tool.id });
  };

  /** One tool's trouble is shown in its state and keeps no other one from its turn. */
  const each = (run: (tool: Tool) => Promise<void>) =>
    changing(async () => {
      for (const tool of tools) await run(tool).catch(unlessTold);
    });

  return {
    views: () => views,
    look: () => exclusively(look),
    plan: ({ id, action, withKey }) =>
      exclusively(async () => {
        const loaded = await loadTool(toolOf(id), loading, withKey);
        const isRestore = action === 'restore';
        if (isRestore && !loaded.record && !loaded.byHand) throw notConnected(loaded.tool);
        return planOf(loaded, action, stepsOf(loaded, action), parts.scrub);
      }),
    connect: (wish) => changing(() => connectTool(wish)),
    restore: (wish) => changing(() => restoreTool(wish)),
    forget: (id) =>
      changing(async () => {
        const record = await records.read(toolOf(id).id);
        await records.remove(id);
        await forgetOriginals(record?.files ?? []);
      }),
    suspend: () => each(suspendTool),
    resume: () => each(resumeTool),
    settled: () => exclusively(async () => {}),
    snippets: (whole = false) => snippets(parts.wish(), whole),
  };
}

function unlessTold(error: unknown): void {
  if (!(error instanceof ToolError)) throw error;
}

function vaultName({ original }: FileRecord): string | undefined {
  return original.kind === 'vault' ? original.name : undefined;
}

function refuseChanged({ status, tool }: LoadedTool, over: boolean | undefined): void {
  if (status !== 'changed' || over) return;
  throw new ToolError(
    'changed_by_others',
    `Somebody else has changed what Fusebox wrote into the settings of ${tool.label}.`,
    'Choose: keep their values, connect again, or put the original back.',
  );
}

function changedMeanwhile(): ToolError {
  return new ToolError(
    'changed_meanwhile',
    'A file has changed since it was looked at, so it was left alone.',
    'Look at what would be written now and try again.',
  );
}

function notConnected(tool: Tool): ToolError {
  return new ToolError('not_connected', `${tool.label} is not connected.`, 'There is nothing to put back.');
}

function nothingToWrite(tool: Tool): ToolError {
  return new ToolError(
    'nothing_to_write',
    `${tool.label} lists models one by one, and no account serves any yet.`,
    'Add an account, and let Fusebox run.',
  );
}

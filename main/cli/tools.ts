import { homedir } from 'node:os';
import type { ToolPlan, ToolView } from '../../preload/tools-view.ts';
import { systemClock as clock } from '../clock.ts';
import { isOwnAddress } from '../engine/own-address.ts';
import { openTools } from '../engine/tool-parts.ts';
import { findRunning, getJson, postJson } from './instance-client.ts';
import { dataDirOf, type PlaceOptions } from './place.ts';
import { openStandalone } from './standalone.ts';
import { textTable } from './text-table.ts';
import { diffText, statusText } from './tool-text.ts';

export type ToolAction = 'list' | 'connect' | 'restore' | 'forget';

export interface ToolOptions extends PlaceOptions {
  json?: boolean;
  dryRun?: boolean;
  /** Write although somebody else has changed the values. */
  over?: boolean;
  withKey?: boolean;
}

/** The tools of the running instance, or of the data folder when none runs. Every call rejects in words for people. */
interface ToolPort {
  list(): Promise<ToolView[]>;
  plan(id: string, question: { action: ToolPlan['action']; withKey?: boolean }): Promise<ToolPlan>;
  act(id: string, action: Exclude<ToolAction, 'list'>, wish: { over?: boolean; withKey?: boolean }): Promise<unknown>;
  close(): Promise<void>;
}

/** Lists tools, or connects, restores or forgets the one that `which` names. Resolves with the exit code. */
export async function tools(
  action: ToolAction,
  which: string | undefined,
  options: ToolOptions,
  version: string,
): Promise<number> {
  let port: ToolPort | undefined;
  try {
    port = await openPort(options, version, action);
    if (action === 'list') printList(await port.list(), options);
    else await carryOut(port, action, idOf(await port.list(), which), options);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : 'That did not work.');
    return 1;
  } finally {
    await port?.close();
  }
}

async function carryOut(port: ToolPort, action: Exclude<ToolAction, 'list'>, id: string, options: ToolOptions) {
  const { dryRun, over, withKey, json } = options;
  const wish = { ...(over ? { over } : {}), ...(withKey ? { withKey } : {}) };
  const plan = action === 'forget' ? undefined : await port.plan(id, { action, ...(withKey ? { withKey } : {}) });
  if (!dryRun) await port.act(id, action, action === 'connect' ? wish : over ? { over } : {});
  const view = (await port.list()).find((one) => one.id === id);
  if (json) return console.log(JSON.stringify({ ...(plan ? { plan } : {}), ...(view ? { tool: view } : {}) }, null, 2));
  if (plan) console.log(diffText(plan).join('\n'));
  if (!view || dryRun) return;
  console.log(`${view.label}: ${statusText(view)}`);
  if (action === 'connect') console.log(view.afterwards);
}

async function openPort(options: ToolOptions, version: string, action: ToolAction): Promise<ToolPort> {
  const running = await findRunning(dataDirOf(options));
  if (!running && action === 'connect')
    throw new Error('Fusebox is not running. Start it first, so that the tool gets the address where it answers.');
  if (!running) return folderPort(options, version);
  const at = (id: string, what: string) => `/tools/${encodeURIComponent(id)}/${what}`;
  return {
    list: async () => (await getJson(running, '/tools')) as ToolView[],
    plan: async (id, question) => (await postJson(running, at(id, 'plan'), question)) as ToolPlan,
    act: (id, what, wish) => postJson(running, at(id, what), wish),
    close: async () => {},
  };
}

/** Works also when Fusebox does not start any more: what it wrote can be put back. */
async function folderPort(options: ToolOptions, version: string): Promise<ToolPort> {
  const { settings, store, close } = await openStandalone(options, version);
  const { host, port } = settings.current();
  const desk = openTools({
    clock,
    settings,
    dataDir: dataDirOf(options),
    env: process.env,
    homeDir: homedir(),
    platform: process.platform,
    url: () => `http://127.0.0.1:${port}`,
    models: () => [],
    isOwn: (url) => isOwnAddress(url, { host, port }),
    secrets: { get: (name) => store.namedSecret(name), set: (name, text) => store.setNamedSecret(name, text) },
    scrub: (text) => text,
    onChange: () => {},
  });
  return {
    async list() {
      await desk.look();
      return desk.views();
    },
    plan: (id, question) => inWords(desk.plan({ id, ...question })),
    act: (id, action, { over }) =>
      inWords(action === 'forget' ? desk.forget(id) : desk.restore({ id, ...(over ? { over } : {}) })),
    close,
  };
}

/** What happened and what to do, in one line. */
function inWords<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: Error & { fix?: string }) => {
    throw error.fix === undefined ? error : new Error(`${error.message} ${error.fix}`);
  });
}

/** By id or name. */
function idOf(all: readonly ToolView[], which: string | undefined): string {
  const ids = all.map(({ id }) => id).join(', ');
  if (which === undefined) throw new Error(`Name the tool: ${ids}`);
  const wanted = which.toLowerCase();
  const found = all.find(({ id, label }) => id === wanted || label.toLowerCase() === wanted);
  if (!found) throw new Error(`There is no tool ${which}. There are: ${ids}`);
  return found.id;
}

function printList(all: readonly ToolView[], { json }: ToolOptions): void {
  if (json) return console.log(JSON.stringify(all, null, 2));
  console.log(
    textTable(
      all.map((view) => [view.id, view.label, statusText(view)]),
      { width: process.stdout.columns },
    ).join('\n'),
  );
}

import { mkdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import { replaceFile } from '../replace-file.ts';
import { type FileWatch, watchFile } from './file-watch.ts';
import { Listeners } from './listeners.ts';
import { type ParseResult, parseSettings } from './parse.ts';
import { formatProblems, SettingsError, type SettingsProblem } from './problem.ts';
import type { Settings } from './schema.ts';
import { changesOf, type SettingsLog, type SettingsPatch, type SettingsStore } from './store.ts';
import { editYaml } from './yaml-edit.ts';

export interface YamlStoreOptions {
  /** Absolute path. The file may be missing: defaults hold until it is created. */
  file: string;
  clock: Clock;
  log: SettingsLog;
}

export type OpenedStore = { ok: true; store: SettingsStore } | { ok: false; problems: SettingsProblem[] };

/** Settings files are small; anything above was not meant. */
const largestFile = 1024 * 1024;
/** An editor that truncates and then writes leaves an empty or half-written file for this long at most. */
const retryMs = 150;
const retries = 4;

/**
 * Settings in a YAML file that is reloaded when it changes. A file that cannot be used at the start is reported with all
 * its problems and nothing stays open; later on the last good settings stay in force and `problem` says why.
 */
export async function openYamlStore(options: YamlStoreOptions): Promise<OpenedStore> {
  const { file } = options;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const text = await readText(file);
    const result = parseSettings(text ?? '', { file });
    if (!result.ok) return { ok: false, problems: result.problem };
    return { ok: true, store: new YamlStore(options, text, result) };
  } catch (error) {
    return { ok: false, problems: [{ file, text: unreadable(error) }] };
  }
}

type GoodResult = Extract<ParseResult, { ok: true }>;

class YamlStore implements SettingsStore {
  readonly #options: YamlStoreOptions;
  readonly #listeners = new Listeners<Settings>();
  readonly #watch: FileWatch;
  readonly #warned = new Set<string>();
  /** What the settings in force were read from; undefined when there was no file. */
  #text: string | undefined;
  #settings: Settings;
  #problem: string | undefined;
  /** Looks and updates run one after the other. */
  #queue: Promise<void> = Promise.resolve();
  #cancelRetry = () => {};
  #closed = false;

  constructor(options: YamlStoreOptions, text: string | undefined, result: GoodResult) {
    this.#options = options;
    this.#text = text;
    this.#settings = result.settings;
    this.#warn(result.warnings);
    const { file, clock, log } = options;
    this.#watch = watchFile({
      file,
      clock,
      onEvent: () => this.#look(),
      onFailure: () => log.warn(`${basename(file)} cannot be watched; it is looked at every 2 seconds instead`),
    });
    // What changed between reading the file and watching it.
    this.#look();
  }

  current(): Settings {
    return this.#settings;
  }

  problem(): string | undefined {
    return this.#problem;
  }

  onChange(listener: (settings: Settings) => void): () => void {
    return this.#listeners.add(listener);
  }

  update(patch: SettingsPatch): Promise<void> {
    return this.#enqueue(() => this.#write(patch));
  }

  close(): void {
    this.#closed = true;
    this.#watch.close();
    this.#cancelRetry();
    this.#listeners.clear();
  }

  #enqueue(task: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(task);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  #look(attempt = 0): void {
    this.#cancelRetry();
    void this.#enqueue(() => this.#reload(attempt));
  }

  async #reload(attempt: number): Promise<void> {
    const text = await readText(this.#options.file).catch((error: unknown) => new Error(unreadable(error)));
    if (this.#closed) return;
    const mayBeHalfWritten = attempt < retries;
    if (text instanceof Error) return this.#refuse(`${this.#name}: ${text.message}`);
    if (text === this.#text) return this.#accept(text);
    if (!text?.trim() && mayBeHalfWritten) return this.#retry(attempt);
    if (text === undefined) return this.#refuse(`${this.#name} is gone`);
    const result = parseSettings(text, { file: this.#options.file });
    if (result.ok) return this.#accept(text, result);
    if (mayBeHalfWritten) return this.#retry(attempt);
    this.#refuse(formatProblems(result.problem));
  }

  #retry(attempt: number): void {
    this.#cancelRetry();
    this.#cancelRetry = this.#options.clock.after(retryMs, () => this.#look(attempt + 1));
  }

  #accept(text: string | undefined, result?: GoodResult): void {
    const hadProblem = this.#problem !== undefined;
    const changed = result !== undefined && !isDeepStrictEqual(result.settings, this.#settings);
    this.#text = text;
    this.#problem = undefined;
    if (result) this.#warn(result.warnings);
    if (result && changed) this.#settings = result.settings;
    if (!changed && !hadProblem) return;
    this.#options.log.info(`Settings of ${this.#name} are in force`);
    this.#listeners.emit(this.#settings);
  }

  #refuse(reason: string): void {
    const problem = `${reason}\nThe last good settings stay in force.`;
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#options.log.warn(problem);
    this.#listeners.emit(this.#settings);
  }

  async #write(patch: SettingsPatch): Promise<void> {
    const { file } = this.#options;
    const read = await readText(file);
    const text = read ?? '';
    const before = parseSettings(text, { file });
    if (!before.ok) throw new SettingsError(before.problem);
    const edited = editYaml(text, changesOf(patch));
    const after = parseSettings(edited, { file });
    // The lines of a text that is not written would mislead.
    if (!after.ok) throw new SettingsError(after.problem.map(({ line: _, ...problem }) => problem));
    if (edited !== text) await replaceFile(file, edited);
    this.#accept(edited === text ? read : edited, after);
  }

  #warn(warnings: readonly SettingsProblem[]): void {
    for (const warning of warnings) {
      if (this.#warned.has(warning.text)) continue;
      this.#warned.add(warning.text);
      this.#options.log.warn(formatProblems([warning]));
    }
  }

  get #name(): string {
    return basename(this.#options.file);
  }
}

/** Undefined when there is no such file. */
async function readText(file: string): Promise<string | undefined> {
  try {
    if ((await stat(file)).size > largestFile) throw new Error('larger than 1 MiB');
    return await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function unreadable(error: unknown): string {
  const reasons: Readonly<Record<string, string>> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EISDIR: 'it is a folder',
    ENOTDIR: 'a part of its path is not a folder',
    EEXIST: 'a part of its path is not a folder',
  };
  const message = error instanceof Error ? error.message : String(error);
  return `the file cannot be read: ${reasons[errorCode(error) ?? ''] ?? message}`;
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

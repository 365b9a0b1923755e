import { readFile } from 'node:fs/promises';
import type { SignInView } from '../../../preload/contract.ts';
import type { Clock } from '../../clock.ts';
import type { SignInPort } from './port.ts';
import type { Terminal } from './terminal.ts';
import { news, problemLines } from './words.ts';

export interface ConversationParts {
  port: SignInPort;
  terminal: Terminal;
  clock: Clock;
  /** Absent with --no-browser. */
  openPage?: ((url: string) => Promise<boolean>) | undefined;
  /** What else the owner can do when no port can be had. */
  otherWay?: string | undefined;
}

/** People notice nothing of it, in milliseconds. */
const lookEveryMs = 200;
/** Key files are small, in bytes. */
const largestFile = 64 * 1024;

/** Leads a sign-in to its end: tells what happens, takes what is pasted or typed. Resolves with the exit code. */
export async function converse(parts: ConversationParts, started: SignInView): Promise<number> {
  const { port, terminal, clock } = parts;
  const { id } = started;
  const listener = new Listener(parts, id);
  terminal.onLine((line) => void listener.take(line));
  terminal.onInterrupt(() => void listener.interrupt());
  for (let before: SignInView | undefined; ; ) {
    const view = await port.get(id);
    for (const line of news(view, before)) terminal.say(line);
    if (parts.otherWay && view.browser && !before?.browser && view.browser.port === undefined)
      terminal.say(parts.otherWay);
    await listener.look(view);
    const code = exitCode(view);
    if (code !== undefined) {
      for (const line of problemLines(view)) terminal.complain(line);
      return code;
    }
    before = view;
    await new Promise<void>((resolve) => clock.after(lookEveryMs, resolve));
  }
}

function exitCode({ phase }: SignInView): number | undefined {
  if (phase === 'done') return 0;
  if (phase === 'failed') return 1;
  return phase === 'cancelled' ? 130 : undefined;
}

/** Gives each line to whoever waits for one. */
class Listener {
  readonly #parts: ConversationParts;
  readonly #id: string;
  #view: SignInView | undefined;
  #opened: string | undefined;
  #input: Record<string, string> = {};
  #asked: string | undefined;

  constructor(parts: ConversationParts, id: string) {
    this.#parts = parts;
    this.#id = id;
  }

  async look(view: SignInView): Promise<void> {
    const begins = view.phase === 'input' && this.#view?.phase !== 'input';
    this.#view = view;
    if (begins) {
      for (const line of problemLines(view)) this.#parts.terminal.complain(line);
      this.#input = {};
      this.#askNext();
    }
    await this.#show(view.page);
  }

  /** Never rejects: what cannot be used is told, and the sign-in goes on waiting. */
  async take(line: string): Promise<void> {
    try {
      const view = this.#view;
      if (view?.phase === 'input') return await this.#takeField(line);
      if (view?.phase === 'question') await this.#parts.port.answer(this.#id, chosen(view, line));
      else if (view?.browser && line.trim() !== '') await this.#parts.port.paste(this.#id, line);
    } catch (error) {
      this.#parts.terminal.complain(error instanceof Error ? error.message : 'That did not work.');
    }
  }

  async interrupt(): Promise<void> {
    await this.#parts.port.cancel(this.#id).catch(() => {});
  }

  async #show(page: string | undefined): Promise<void> {
    const { openPage, terminal } = this.#parts;
    if (!openPage || page === undefined || page === this.#opened) return;
    this.#opened = page;
    if (await openPage(page)) terminal.say('It is being opened in your browser.');
  }

  async #takeField(line: string): Promise<void> {
    const { port, terminal } = this.#parts;
    const field = this.#view?.fields?.find(({ name }) => name === this.#asked);
    if (!field) return;
    terminal.covert(false);
    if (field.kind === 'secret') terminal.say('');
    if (field.required && line.trim() === '') return void this.#askNext();
    this.#input[field.name] = field.kind === 'file' && line.trim() ? await fileText(line.trim()) : line.trim();
    if (this.#askNext()) return;
    const given = Object.entries(this.#input).filter(([, value]) => value !== '');
    await port.submit(this.#id, Object.fromEntries(given));
  }

  /** Asks for the first field that is not filled in; false when there is none left. */
  #askNext(): boolean {
    const { terminal } = this.#parts;
    const field = this.#view?.fields?.find(({ name }) => !(name in this.#input));
    this.#asked = field?.name;
    if (!field) return false;
    const optional = field.required ? '' : ' (Enter: none)';
    terminal.say(`${field.kind === 'file' ? `Path of the ${field.name}` : field.name}${optional}:`);
    terminal.covert(field.kind === 'secret');
    return true;
  }
}

/** The number of a project in the list stands for the project. */
function chosen({ question }: SignInView, line: string): string {
  const text = line.trim();
  const projects = question?.kind === 'project' ? question.projects : [];
  return (/^\d{1,3}$/.test(text) ? projects[Number(text) - 1]?.id : undefined) ?? text;
}

async function fileText(path: string): Promise<string> {
  const text = await readFile(path.replace(/^["']|["']$/g, ''), 'utf8').catch(() => undefined);
  if (text === undefined) throw new Error(`The file ${path} cannot be read. Try another path:`);
  if (text.length > largestFile) throw new Error(`The file ${path} is too large. Try another path:`);
  return text;
}

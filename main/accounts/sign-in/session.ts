import type { SignInView } from '../../../preload/contract.ts';
import type { Clock } from '../../clock.ts';
import type { StoredAccount } from '../account.ts';
import { runBrowser } from './browser-run.ts';
import type { CallbackHub } from './callback-hub.ts';
import type { Page } from './callback-page.ts';
import { runDevice } from './device-run.ts';
import { type FlowContext, type SignInEndpoints, SignInError, type SignInFlow, type SignInQuestion } from './flow.ts';
import type { FlowRun, Progress } from './flow-run.ts';
import { runKey } from './key-run.ts';
import { parsePaste } from './paste.ts';
import { problemOf } from './problem.ts';
import { pageOf } from './session-page.ts';

export interface SessionParts {
  id: string;
  provider: { id: string; label: string };
  flow: SignInFlow;
  accountId?: string;
  endpoints: SignInEndpoints;
  fetch: typeof globalThis.fetch;
  clock: Clock;
  random(bytes: number): string;
  clientSecret(): string | undefined;
  hub: Pick<CallbackHub, 'reserve'>;
  /** Resolves to whether it was opened; absent where nobody is in front of this machine. */
  openBrowser?: ((url: string) => Promise<boolean>) | undefined;
  /** Whether pages are opened without being asked for. */
  autoOpen: boolean;
  /** Keeps the account. Not ended by a cancelled sign-in: the tokens exist. */
  store(stored: StoredAccount): Promise<NonNullable<SignInView['outcome']>>;
  /** Told every value that must never be shown. */
  learnSecret(value: string): void;
  onChange(): void;
  /** Told once, of errors that are none of the owner's or the provider's. */
  onEnd(view: SignInView, defect: unknown): void;
}

/** The owner has this long for an answer, in milliseconds. */
const answerLimitMs = 10 * 60_000;
const ended = ['done', 'failed', 'cancelled'];

/** One sign-in from its start to its end. Nothing it holds outlives it. */
export class SignInSession {
  readonly #parts: SessionParts;
  readonly #abort = new AbortController();
  readonly #endings = new Set<() => void>();
  readonly #secrets = new Set<string>();
  readonly #run: FlowRun;
  readonly #startedAt: number;
  #progress: Progress = { phase: 'starting' };
  #answer: ((value: string) => void) | undefined;
  /** Resolves when it is over. Never rejects. */
  readonly finished: Promise<void>;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock.now();
    this.#run = this.#newRun();
    this.finished = this.#go();
  }

  get id(): string {
    return this.#parts.id;
  }

  get over(): boolean {
    return ended.includes(this.#progress.phase);
  }

  view(): SignInView {
    const { id, provider, flow, accountId } = this.#parts;
    return {
      id,
      provider: provider.id,
      providerLabel: provider.label,
      method: flow.method,
      ...(accountId === undefined ? {} : { accountId }),
      startedAt: this.#startedAt,
      ...this.#progress,
    };
  }

  /** Takes an address or code that the owner brings. Throws SignInError; the sign-in goes on waiting then. */
  paste(text: string): void {
    const { takePaste } = this.#run;
    if (!takePaste) throw new SignInError('bad_paste', 'this sign-in does not wait for one');
    const parsed = parsePaste(text);
    if (!parsed.ok)
      throw new SignInError('bad_paste', parsed.reason === 'no-state' ? 'its state is missing' : undefined);
    takePaste(parsed.fields);
  }

  /** Takes filled-in fields. Throws SignInError that names the wrong one. */
  submit(fields: Readonly<Record<string, string>>): void {
    const { takeFields } = this.#run;
    if (!takeFields) throw new SignInError('bad_input', 'this sign-in does not wait for any');
    takeFields(fields);
  }

  /** Takes the answer to its question. Throws SignInError when it asks none. */
  answer(value: string): void {
    if (!this.#answer) throw new SignInError('bad_input', 'nothing was asked');
    this.#answer(value.trim());
  }

  /** Frees everything at once. Where tokens are on their way already, they are waited for: they may have to be kept. */
  cancel(): void {
    if (this.over) return;
    const reason = new SignInError('cancelled');
    if (this.#progress.phase !== 'finishing' && this.#progress.phase !== 'question') this.#end('cancelled');
    else this.#change({ cancelling: true });
    this.#abort.abort(reason);
  }

  /** Opens the page of its step again, or the one that helps after a failure. Resolves to whether it was opened. */
  open(): Promise<boolean> {
    const { problem, page } = this.#progress;
    return this.#open(this.over ? problem?.link : page);
  }

  /** What can be copied: the address of its page. */
  link(): string | undefined {
    const { browser, device } = this.#progress;
    return browser?.url ?? device?.completeUrl ?? device?.url;
  }

  /** Only what a browser may be sent to: the web, and fakes of this machine. */
  async #open(url: string | undefined): Promise<boolean> {
    const { openBrowser } = this.#parts;
    if (!openBrowser || url === undefined || !/^https?:\/\//.test(url)) return false;
    return openBrowser(url).catch(() => false);
  }

  async #go(): Promise<void> {
    try {
      // Whoever made this session knows it before anything happens.
      await Promise.resolve();
      const stored = await this.#drive();
      if (this.over) return;
      this.#progressTo('storing');
      this.#end('done', { outcome: await this.#parts.store(stored) });
    } catch (error) {
      this.#fail(error);
    }
  }

  #drive(): Promise<StoredAccount> {
    const { flow } = this.#parts;
    this.#abort.signal.throwIfAborted();
    if (flow.method === 'browser') return runBrowser(flow, this.#run);
    return flow.method === 'device' ? runDevice(flow, this.#run) : runKey(flow, this.#run);
  }

  #fail(error: unknown): void {
    if (this.over) return;
    const { aborted, reason: why } = this.#abort.signal;
    const isLost = error instanceof SignInError && error.code === 'storing_failed';
    const reason: unknown = aborted && !isLost ? why : error;
    if (reason instanceof SignInError && reason.code === 'cancelled') return this.#end('cancelled');
    this.#end('failed', { problem: problemOf(reason) }, reason instanceof SignInError ? undefined : reason);
  }

  /** Only what matters afterwards stays in the view. */
  #end(phase: 'done' | 'failed' | 'cancelled', last: Partial<Progress> = {}, defect?: unknown): void {
    this.#progress = { phase, ...this.#clean(last) };
    this.#run.takePaste = undefined;
    this.#run.takeFields = undefined;
    this.#answer = undefined;
    for (const task of this.#endings) task();
    this.#endings.clear();
    this.#secrets.clear();
    this.#parts.onEnd(this.view(), defect);
    this.#parts.onChange();
  }

  #change(progress: Partial<Progress>): void {
    if (this.over) return;
    const { phase = this.#progress.phase } = progress;
    // What belonged to the phase before is over with it.
    const { expiresAt, question, problem, fields, ...lasting } = this.#progress;
    const same = phase === this.#progress.phase;
    this.#progress = { ...(same ? this.#progress : lasting), ...this.#clean(progress) };
    this.#parts.onChange();
  }

  /** Takes out what must not be shown, a secret that contains another one first. */
  #clean(progress: Partial<Progress>): Partial<Progress> {
    if (!progress.problem) return progress;
    const secrets = [...this.#secrets].sort((a, b) => b.length - a.length);
    const message = secrets.reduce((text, secret) => text.replaceAll(secret, '…'), progress.problem.message);
    return { ...progress, problem: { ...progress.problem, message } };
  }

  #progressTo(step: NonNullable<Progress['step']>): void {
    this.#change({ step });
  }

  #newRun(): FlowRun {
    return {
      context: this.#newContext(),
      hub: this.#parts.hub,
      page: (): Page => pageOf(this.view()),
      change: (progress) => this.#change(progress),
      open: async (url) => {
        this.#change({ page: url });
        return this.#parts.autoOpen && !this.over ? this.#open(url) : false;
      },
      within: (limitMs, work) => this.#within(limitMs, work),
      atEnd: (task) => {
        if (this.over) task();
        else this.#endings.add(task);
      },
      secret: (...values) => this.#learn(values),
      takePaste: undefined,
      takeFields: undefined,
    };
  }

  #newContext(): FlowContext {
    const { endpoints, fetch, clock, random, clientSecret } = this.#parts;
    return {
      endpoints,
      fetch,
      now: () => clock.now(),
      random,
      wait: (delayMs) => this.#wait(delayMs),
      signal: this.#abort.signal,
      clientSecret,
      progress: (step) => this.#progressTo(step),
      ask: (question) => this.#ask(question),
    };
  }

  #learn(values: readonly (string | undefined)[]): void {
    for (const value of values) {
      if (value === undefined || value.length < 8) continue;
      this.#secrets.add(value);
      this.#parts.learnSecret(value);
    }
  }

  async #ask(question: SignInQuestion): Promise<string> {
    const answered = new Promise<string>((resolve) => {
      this.#answer = (value) => {
        this.#answer = undefined;
        resolve(value);
      };
    });
    this.#change({ phase: 'question', question, expiresAt: this.#parts.clock.now() + answerLimitMs });
    const value = await this.#within(answerLimitMs, answered);
    this.#change({ phase: 'finishing' });
    return value;
  }

  #wait(delayMs: number): Promise<void> {
    const { signal } = this.#abort;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const stop = () => {
        cancel();
        reject(signal.reason);
      };
      const cancel = this.#parts.clock.after(delayMs, () => {
        signal.removeEventListener('abort', stop);
        resolve();
      });
      signal.addEventListener('abort', stop, { once: true });
    });
  }

  /** Whichever is first: the work, the limit, or the end of the sign-in. */
  #within<T>(limitMs: number, work: Promise<T>): Promise<T> {
    const { signal } = this.#abort;
    return new Promise((resolve, reject) => {
      const stop = () => reject(signal.reason);
      const cancel = this.#parts.clock.after(limitMs, () => this.#abort.abort(new SignInError('expired')));
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      const settle = () => {
        cancel();
        signal.removeEventListener('abort', stop);
      };
      work.then(resolve, reject).finally(settle);
      signal.addEventListener('abort', settle, { once: true });
    });
  }
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, deliver } from './answer.ts';
import type { LocalServer } from './local-server.ts';
import { proxyTraces } from './proxy-traces.ts';
import { type BodyRules, type RecordedRequest, Recorder } from './recording.ts';
import { Script, type Step } from './script.ts';

/** What tests do with every fake that answers as it is told. */
export interface ScriptedServer<Reply> extends LocalServer {
  requests: readonly RecordedRequest[];
  /** Headers of proxies that reached this server, such as `x-forwarded-for`. */
  violations: readonly string[];
  /** Replies for the next valid requests for an answer, or for those that a step's `when` names. */
  script(...steps: readonly (Reply | Step<Reply>)[]): void;
  /** Scripted replies that nobody asked for. */
  unusedReplies(): number;
  /** Forgets them. */
  clearScript(): void;
  /** Resolves with the first whole request that matches, also an earlier one. */
  received(matches?: (request: RecordedRequest) => boolean): Promise<RecordedRequest>;
  /** Forgets the requests recorded so far. */
  forget(): void;
}

/** The part that these fakes share: it records what comes in and hands out what was scripted. */
export class ScriptedService<Reply extends object> {
  readonly #recorder = new Recorder();
  readonly #violations: string[] = [];
  readonly #script: Script<Reply>;

  /** `isInference`: which requests a reply is for that does not say. */
  constructor(isInference: (request: RecordedRequest) => boolean) {
    this.#script = new Script(isInference);
  }

  get requests(): readonly RecordedRequest[] {
    return this.#recorder.requests;
  }

  /** What tests get, beside what a fake adds of its own. */
  publish(server: LocalServer): ScriptedServer<Reply> {
    return {
      ...server,
      requests: this.#recorder.requests,
      violations: this.#violations,
      script: (...steps) => this.#script.add(steps.map((step) => (isStep(step) ? step : { reply: step }))),
      unusedReplies: () => this.#script.unused,
      clearScript: () => this.#script.clear(),
      received: (matches) => this.#recorder.received(matches),
      forget: () => this.#recorder.forget(),
    };
  }

  /** Records a request and sends what `answer` says to it. Rejects when the client leaves before its body is there. */
  async serve(
    request: IncomingMessage,
    response: ServerResponse,
    answer: (record: RecordedRequest) => Answer,
    rules: BodyRules = {},
  ): Promise<void> {
    const record = await this.#recorder.record(request, response, rules);
    this.#violations.push(...proxyTraces(record));
    await deliver(answer(record), response, this.#recorder);
  }

  /** Records the head of an upgrade; `done` resolves when its connection has ended. */
  recordUpgrade(request: IncomingMessage, done: Promise<void>): RecordedRequest {
    const record = this.#recorder.recordHead(request, done);
    this.#violations.push(...proxyTraces(record));
    return record;
  }

  /** The reply that was scripted for this request, used up. */
  take(record: RecordedRequest): Reply | undefined {
    return this.#script.take(record);
  }
}

function isStep<Reply extends object>(given: Reply | Step<Reply>): given is Step<Reply> {
  return 'reply' in given;
}

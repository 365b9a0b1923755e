import { type AnswerEnvelope, createUnwrapper } from '../../protocols/gemini/envelope.ts';
import { createSseAligner, type SseAligner } from '../../protocols/sse.ts';
import type { AnswerTranslation } from '../../protocols/translation/answer.ts';
import type { RenderableError } from '../../protocols/wire-format.ts';
import type { UpstreamCall, UpstreamFailure, UpstreamHeaders } from '../../providers/contract.ts';
import { clientHeaders } from '../headers.ts';
import { createDecoder, type Decoder, encodingOf } from '../upstream/decoder.ts';
import type { Exchange, NetworkError, Transport, UpstreamListener } from '../upstream/transport.ts';
import type { ClientAnswer } from './client-answer.ts';
import type { StreamGate } from './stream-gate.ts';
import type { AnswerRewriter } from './surface.ts';
import type { PreparedCall } from './translation/prepared-call.ts';

export type AttemptOutcome =
  /** The answer reached the client; `lost` when it was cut short. */
  | { kind: 'served'; status: number; lost?: string }
  /** Nothing reached the client: another attempt may follow. */
  | { kind: 'failed'; failure: UpstreamFailure }
  /** The client went away. */
  | { kind: 'gone' };

export interface AttemptOptions {
  transport: Pick<Transport, 'send'>;
  proxyUrl: string | undefined;
  answer: ClientAnswer;
  /** Reads usage and the end mark from the answer's bytes; new for each attempt. */
  tracker: AnswerTracker;
  /** Decides when a stream has said something; new for each attempt. */
  gate: StreamGate;
  /** Whether each object of the answer comes in an envelope (Code Assist). */
  isEnveloped: boolean;
  /** Makes what writes the answer in the client's wire format, where the upstream speaks another one. */
  translate: PreparedCall['translate'];
  /** What the head of a translated answer says of its contents. */
  translatedHead: Readonly<Record<string, string>>;
  rewriter: AnswerRewriter | undefined;
  onHead(status: number, headers: UpstreamHeaders): void;
  /** No socket reads the call's body any more; maybe after the attempt has ended. */
  onBodyFree(): void;
  /** The answer reaches the client from here on. */
  onAnswer(): void;
  /** The text with every known secret masked. */
  scrub(text: string): string;
}

export interface AnswerTracker {
  push(chunk: Buffer): void;
  /** A stream's end mark, or an error event that stands for it, was seen. */
  ended(): boolean;
  /** Data of the error event that ended a stream. */
  error(): string | undefined;
}

/** Enough of an error answer to classify it; the rest is not read. */
const maxErrorBytes = 64 * 1024;

/** Makes one upstream call and passes its answer to the client. Never rejects. */
export function runAttempt(
  call: UpstreamCall,
  options: AttemptOptions,
): { done: Promise<AttemptOutcome>; abort(): void } {
  const run = new AttemptRun(options);
  run.start(call);
  return { done: run.done, abort: () => run.settle({ kind: 'gone' }) };
}

class AttemptRun implements UpstreamListener {
  readonly done: Promise<AttemptOutcome>;
  readonly #options: AttemptOptions;
  #resolve: (outcome: AttemptOutcome) => void = () => {};
  #exchange: Exchange | undefined;
  #settled = false;
  #status = 0;
  #headers: UpstreamHeaders = {};
  #decoder: Decoder | undefined;
  #sawBody = false;
  #aligner: SseAligner | undefined;
  #envelope: AnswerEnvelope | undefined;
  #translation: AnswerTranslation | undefined;
  /** Pieces of a stream that has not said anything yet, or of an error answer. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** The stream has said something: nothing is held any more. */
  #isOpen = false;

  constructor(options: AttemptOptions) {
    this.#options = options;
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  start(call: UpstreamCall): void {
    this.#exchange = this.#options.transport.send(call, this.#options.proxyUrl, this);
    if (this.#settled) this.#exchange.abort();
  }

  head(status: number, headers: UpstreamHeaders): void {
    this.#status = status;
    this.#headers = headers;
    this.#options.onHead(status, headers);
    const type = String(headers['content-type'] ?? '');
    // What stands between here and the upstream, such as a hotel's network, may answer 200 in its place.
    if (this.#ok && type.includes('text/html')) return this.#refusePage();
    const isStream = type.includes('text/event-stream');
    if (this.#ok && isStream) this.#aligner = createSseAligner();
    if (this.#ok && this.#options.isEnveloped) this.#envelope = createUnwrapper(isStream ? 'events' : 'body');
    if (this.#ok) this.#translation = this.#options.translate?.(isStream);
  }

  data(chunk: Buffer): boolean {
    if (!this.#sawBody) {
      this.#sawBody = true;
      const encoding = encodingOf(this.#headers, chunk);
      if (encoding) return this.#openDecoder(encoding)?.write(chunk) ?? true;
    }
    return this.#decoder ? this.#decoder.write(chunk) : this.#plain(chunk);
  }

  end(): void {
    if (this.#decoder) this.#decoder.end();
    else this.#finish();
  }

  error(error: NetworkError): void {
    // Some upstreams cut the connection, or leave it open, behind an answer that is complete.
    if (this.#aligner && this.#options.tracker.ended()) return this.#finish();
    if (!this.#options.answer.begun) return this.settle({ kind: 'failed', failure: { networkError: error } });
    this.#lose(`the provider's connection failed: ${error.code}`);
  }

  bodyFree(): void {
    this.#options.onBodyFree();
  }

  settle(outcome: AttemptOutcome): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#decoder?.destroy();
    this.#exchange?.abort();
    this.#resolve(outcome);
  }

  #refusePage(): void {
    const message = 'a web page came in the place of an answer';
    this.settle({ kind: 'failed', failure: { networkError: { code: 'web_page', message } } });
  }

  get #ok(): boolean {
    return this.#status >= 200 && this.#status < 300;
  }

  #openDecoder(encoding: string): Decoder | undefined {
    this.#decoder = createDecoder(encoding, {
      onData: (chunk) => this.#plain(chunk),
      onDrain: () => this.#exchange?.resume(),
      onEnd: () => this.#finish(),
      onError: () => this.error({ code: 'bad_encoding', message: `the answer is not valid ${encoding}` }),
    });
    if (!this.#decoder) this.error({ code: 'unknown_encoding', message: `the answer is encoded as ${encoding}` });
    return this.#decoder;
  }

  /** One piece of the unpacked answer; false asks to wait. */
  #plain(chunk: Buffer): boolean {
    if (this.#settled) return true;
    if (!this.#ok) return this.#collectError(chunk);
    return this.#envelope ? this.#opened(this.#envelope.push(chunk)) : this.#inner(chunk);
  }

  #opened(pieces: readonly Buffer[]): boolean {
    return pieces.length === 0 || this.#inner(Buffer.concat(pieces));
  }

  /** The same without its envelope. */
  #inner(chunk: Buffer): boolean {
    if (!this.#aligner) return this.#pass(chunk);
    const events = this.#aligner.push(chunk);
    if (!events) return true;
    return this.#isOpen ? this.#pass(events) : this.#hold(events);
  }

  #collectError(chunk: Buffer): boolean {
    this.#keep(chunk);
    if (this.#heldBytes > maxErrorBytes) this.#finish();
    return true;
  }

  /** A stream's first words decide: an error there is still a plain failure. */
  #hold(events: Buffer): boolean {
    this.#keep(events);
    const verdict = this.#options.gate.push(events);
    if (verdict === 'hold') return true;
    if (verdict === 'open') {
      this.#isOpen = true;
      return this.#pass(this.#takeHeld());
    }
    const failure = { status: this.#status, headers: this.#headers, body: verdict.failure };
    this.settle({ kind: 'failed', failure });
    return true;
  }

  #pass(chunk: Buffer): boolean {
    const { answer, tracker, scrub } = this.#options;
    tracker.push(chunk);
    if (this.#translation) return this.#passTranslated(this.#translation, this.#translation.push(chunk));
    if (!answer.begun) this.#begin();
    // The upstream's own words about a failure may quote the credential.
    return this.#send(tracker.error() === undefined ? chunk : Buffer.from(scrub(chunk.toString('utf8'))));
  }

  #send(chunk: Buffer): boolean {
    const { answer, rewriter } = this.#options;
    if (rewriter ? this.#write(rewriter.push(chunk)) : answer.write(chunk)) return true;
    answer.onDrain(() => this.#resume());
    return false;
  }

  /** What is unpacked asks for more by itself. */
  #resume(): void {
    if (this.#decoder) this.#decoder.resume();
    else this.#exchange?.resume();
  }

  #passTranslated(translation: AnswerTranslation, pieces: readonly Buffer[]): boolean {
    let flows = true;
    for (const piece of pieces) {
      if (!this.#options.answer.begun) this.#begin();
      flows = this.#send(piece);
    }
    if (translation.error) this.#failTranslated(translation.error);
    else if (translation.isDone) this.#end();
    return flows;
  }

  /** Before the first byte a failure like any other; the upstream's own words tell best what it means. */
  #failTranslated(failed: RenderableError): void {
    const { answer, tracker, scrub } = this.#options;
    const error = { ...failed, message: scrub(failed.message) };
    if (answer.begun) {
      answer.fail(error);
      return this.settle({ kind: 'served', status: this.#status, lost: error.message });
    }
    const told = tracker.error();
    const failure =
      told === undefined
        ? { networkError: { code: error.code, message: error.message } }
        : { status: this.#status, headers: this.#headers, body: told };
    this.settle({ kind: 'failed', failure });
  }

  #write(pieces: readonly Buffer[]): boolean {
    let flows = true;
    for (const piece of pieces) flows = this.#options.answer.write(piece);
    return flows;
  }

  #begin(): void {
    this.#options.answer.begin(this.#status, this.#answerHeaders());
    this.#options.onAnswer();
  }

  #answerHeaders(): Record<string, string | string[]> {
    const headers = clientHeaders(this.#headers);
    if (this.#translation) return { ...headers, ...this.#options.translatedHead };
    const length = this.#headers['content-length'];
    const untouched = !this.#options.rewriter && !this.#decoder && !this.#aligner && !this.#envelope;
    if (untouched && typeof length === 'string') headers['content-length'] = length;
    return headers;
  }

  #finish(): void {
    if (this.#settled) return;
    if (!this.#ok) return this.#failWithBody();
    if (this.#envelope) this.#opened(this.#envelope.end());
    if (this.#settled) return;
    if (this.#translation) return this.#finishTranslated(this.#translation);
    if (this.#aligner) return this.#finishStream(this.#aligner.end());
    if (!this.#options.answer.begun) this.#begin();
    this.#end();
  }

  #end(): void {
    this.#write(this.#options.rewriter?.end() ?? []);
    this.#options.answer.end();
    this.settle({ kind: 'served', status: this.#status });
  }

  #failWithBody(): void {
    const body = this.#takeHeld().toString('utf8');
    this.settle({ kind: 'failed', failure: { status: this.#status, headers: this.#headers, body } });
  }

  #finishTranslated(translation: AnswerTranslation): void {
    const held = Buffer.concat([this.#takeHeld(), lastEvent(this.#aligner?.end())]);
    this.#options.tracker.push(held);
    this.#passTranslated(translation, [...translation.push(held), ...translation.end()]);
  }

  #finishStream(rest: Buffer | undefined): void {
    const { answer, tracker, rewriter } = this.#options;
    if (rest) tracker.push(rest);
    if (!answer.begun) {
      const message = 'the stream ended before an answer';
      return this.settle({ kind: 'failed', failure: { networkError: { code: 'empty_stream', message } } });
    }
    if (!tracker.ended()) return this.#lose('the stream ended without its last event');
    if (rest) this.#write(rewriter ? rewriter.push(rest) : [rest]);
    this.#end();
  }

  /** After the first byte a loss can only be told in the stream, as something worth a retry. */
  #lose(reason: string): void {
    this.#options.answer.fail({
      status: 502,
      code: 'upstream_lost',
      message: `The provider ended its answer early: ${reason}.`,
    });
    this.settle({ kind: 'served', status: this.#status, lost: reason });
  }

  #keep(chunk: Buffer): void {
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
  }

  #takeHeld(): Buffer {
    const first = this.#held[0];
    const all = this.#held.length === 1 && first ? first : Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    return all;
  }
}

/** An event of whole lines, which only lacks the blank one behind it; what is cut within a line may be half a value. */
function lastEvent(rest: Buffer = Buffer.alloc(0)): Buffer {
  const isWhole = rest.at(-1) === 0x0a || rest.at(-1) === 0x0d;
  return isWhole ? Buffer.concat([rest, Buffer.from('\n\n')]) : Buffer.alloc(0);
}

import type { AnswerEvent, AnswerPartStart } from '../answer.ts';
import type { AnswerNotes } from '../translator.ts';
import { createInputUnwrapper, type InputUnwrapper } from './input-unwrapper.ts';
import { createTextCut, type TextCut } from './text-cut.ts';

/** Turns an upstream's answer into the one that the client asked for: its own tool names, its kinds of tools, its limits. */
export interface AnswerAdapter {
  push(events: readonly AnswerEvent[]): readonly AnswerEvent[];
  /** The answer was ended here, by a stop sequence or limit; the upstream need not go on. */
  readonly isCut: boolean;
}

type Open = Extract<AnswerEvent, { type: 'open' }>;

/** Makes the adapter of one answer. */
export function createAnswerAdapter(notes: AnswerNotes): AnswerAdapter {
  return new Adapter(notes);
}

class Adapter implements AnswerAdapter {
  isCut = false;
  readonly #notes: AnswerNotes;
  readonly #cut: TextCut | undefined;
  readonly #unwrappers = new Map<number, InputUnwrapper>();
  readonly #openTexts = new Set<number>();
  #sawOutputTool = false;
  #sawOtherTool = false;

  constructor(notes: AnswerNotes) {
    this.#notes = notes;
    this.#cut = createTextCut(notes);
  }

  push(events: readonly AnswerEvent[]): readonly AnswerEvent[] {
    // What most events of a stream are, and need no change.
    if (events.every((event) => event.type === 'delta' && this.#isPlain(event.part))) return events;
    const adapted: AnswerEvent[] = [];
    for (const event of events) {
      // Usage and failures still count behind a cut; words do not.
      if (!this.isCut) adapted.push(...this.#adapt(event));
      else if (event.type === 'usage') adapted.push(event);
    }
    return adapted;
  }

  /** Whether the words of a part pass as they are. */
  #isPlain(part: number): boolean {
    return !this.isCut && !this.#unwrappers.has(part) && !(this.#cut && this.#openTexts.has(part));
  }

  #adapt(event: AnswerEvent): AnswerEvent[] {
    switch (event.type) {
      case 'open':
        return [this.#open(event)];
      case 'delta':
        return this.#delta(event);
      case 'close':
        return this.#close(event.part);
      case 'finish':
        return [...this.#release(), this.#finish(event)];
      case 'failed':
        return [...this.#release(), event];
      default:
        return [event];
    }
  }

  #open(event: Open): Open {
    const start = this.#startOf(event.part, event.start);
    if (start.kind === 'text') this.#openTexts.add(event.part);
    return { ...event, start };
  }

  #startOf(part: number, start: AnswerPartStart): AnswerPartStart {
    if (start.kind !== 'tool-call') return start;
    if (start.name === this.#notes.outputTool) {
      this.#sawOutputTool = true;
      return { kind: 'text' };
    }
    this.#sawOtherTool = true;
    const name = this.#notes.toolNames.get(start.name) ?? start.name;
    if (!this.#notes.wrappedTools.has(name)) return { ...start, name };
    this.#unwrappers.set(part, createInputUnwrapper());
    return { ...start, name, custom: true };
  }

  #delta(event: Extract<AnswerEvent, { type: 'delta' }>): AnswerEvent[] {
    const unwrapper = this.#unwrappers.get(event.part);
    if (unwrapper) return words(event.part, unwrapper.push(event.text));
    if (!this.#cut || this.#isPlain(event.part)) return [event];
    const { text, stopSequence, isOver } = this.#cut.push(event.part, event.text);
    return isOver ? this.#end(event.part, text, stopSequence) : words(event.part, text);
  }

  #close(part: number): AnswerEvent[] {
    const rest = this.#unwrappers.get(part)?.end() ?? this.#cut?.release(part) ?? '';
    this.#unwrappers.delete(part);
    this.#openTexts.delete(part);
    return [...words(part, rest), { type: 'close', part }];
  }

  /** What was held back as the possible beginning of a stop sequence. */
  #release(): AnswerEvent[] {
    return [...this.#openTexts].flatMap((part) => words(part, this.#cut?.release(part) ?? ''));
  }

  #end(part: number, text: string, stopSequence: string | undefined): AnswerEvent[] {
    this.isCut = true;
    const closing = [...this.#openTexts].map((open): AnswerEvent => ({ type: 'close', part: open }));
    const finish: AnswerEvent =
      stopSequence === undefined
        ? { type: 'finish', reason: 'max-output' }
        : { type: 'finish', reason: 'stop-sequence', stopSequence };
    return [...words(part, text), ...closing, finish];
  }

  /** A forced tool that only carried the output is no call for the client to make. */
  #finish(event: Extract<AnswerEvent, { type: 'finish' }>): AnswerEvent {
    const isOutput = event.reason === 'tool-calls' && this.#sawOutputTool && !this.#sawOtherTool;
    return isOutput ? { ...event, reason: 'end' } : event;
  }
}

function words(part: number, text: string): AnswerEvent[] {
  return text === '' ? [] : [{ type: 'delta', part, text }];
}

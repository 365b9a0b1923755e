import type { Answer, AnswerEvent, AnswerPart } from '../answer.ts';
import type { Citation } from '../conversation.ts';

interface GrowingPart extends AnswerPart {
  pieces: string[];
  citations: Citation[];
}

/** Puts an answer together from its events, for clients that want it whole. Failures are not its business. */
export class AnswerCollector {
  #id = '';
  #model = '';
  readonly #parts = new Map<number, GrowingPart>();
  #ending: Pick<Answer, 'finish' | 'stopSequence'> = { finish: 'end' };
  #usage: Answer['usage'];

  push(events: readonly AnswerEvent[]): void {
    for (const event of events) this.#add(event);
  }

  answer(): Answer {
    const parts = [...this.#parts].sort(([a], [b]) => a - b).map(([, part]) => finished(part));
    return { id: this.#id, model: this.#model, parts, usage: this.#usage, ...this.#ending };
  }

  #add(event: AnswerEvent): void {
    switch (event.type) {
      case 'start':
        this.#id = event.id;
        this.#model = event.model;
        return;
      case 'open':
        this.#parts.set(event.part, { start: event.start, text: '', pieces: [], citations: [] });
        return;
      case 'usage':
        this.#usage = event.usage;
        return;
      case 'finish':
        this.#ending = endingOf(event);
        return;
      case 'failed':
      case 'close':
        return;
      default:
        this.#grow(event);
    }
  }

  #grow(event: Extract<AnswerEvent, { type: 'delta' | 'signature' | 'citation' }>): void {
    const part = this.#parts.get(event.part);
    if (!part) return;
    if (event.type === 'delta') part.pieces.push(event.text);
    else if (event.type === 'signature') part.signature = event.signature;
    else part.citations.push(event.citation);
  }
}

function endingOf({ reason, stopSequence }: Extract<AnswerEvent, { type: 'finish' }>) {
  return { finish: reason, ...(stopSequence === undefined ? {} : { stopSequence }) };
}

function finished({ start, pieces, signature, citations }: GrowingPart): AnswerPart {
  return { start, text: pieces.join(''), citations, ...(signature === undefined ? {} : { signature }) };
}

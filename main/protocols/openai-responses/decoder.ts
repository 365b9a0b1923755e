import type { AnswerEvent, FinishReason } from '../answer.ts';
import { isJsonObject, type Json, type JsonObject } from '../exact-json.ts';
import { jsonIn } from '../json-text.ts';
import { objectOf, textOf } from '../json-values.ts';
import type { AnswerDecoder, StreamEvent } from '../translator.ts';
import { failureIn, renderableFailure } from './failures.ts';
import { ItemReader } from './item-reader.ts';
import { usageIn } from './usage.ts';

/** Reads an event stream of the Responses API. */
export function createDecoder(): AnswerDecoder {
  const reading = new ResponseReading();
  return {
    push({ event, data }: StreamEvent) {
      // Codex's own events tell of limits, not of the answer.
      if (event?.startsWith('codex.')) return [];
      const value = jsonIn(data);
      return isJsonObject(value) ? reading.read(value) : [];
    },
    end: () => reading.end(),
  };
}

/** Reads a whole response as if it had been streamed. */
export function readAnswer(body: Json): AnswerEvent[] {
  const reading = new ResponseReading();
  if (!isJsonObject(body)) return reading.read({ type: 'response.failed' });
  const response = isJsonObject(body.response) ? body.response : body;
  if (failureIn(body) || !Array.isArray(response.output)) return reading.read({ ...body, type: 'response.failed' });
  return reading.read({ type: 'response.completed', response });
}

class ResponseReading {
  readonly #items = new ItemReader();
  #started = false;
  #isOver = false;

  read(event: JsonObject): AnswerEvent[] {
    if (this.#isOver) return [];
    switch (event.type) {
      case 'response.created':
      case 'response.queued':
      case 'response.in_progress':
        return this.#start(event.response);
      case 'response.completed':
      case 'response.incomplete':
      case 'response.done':
        return this.#complete(event);
      case 'response.failed':
      case 'error':
        return this.#fail(event);
      default:
        return this.#onItems(this.#items.read(event));
    }
  }

  end(): AnswerEvent[] {
    if (this.#isOver) return [];
    this.#isOver = true;
    const message = 'The provider ended its answer early: the stream ended without its last event.';
    return [{ type: 'failed', error: { status: 502, code: 'upstream_lost', message } }];
  }

  #onItems(events: AnswerEvent[]): AnswerEvent[] {
    return events.length > 0 && !this.#started ? [...this.#start(undefined), ...events] : events;
  }

  #start(response: Json | undefined): AnswerEvent[] {
    if (this.#started) return [];
    this.#started = true;
    const { id, model } = objectOf(response);
    return [{ type: 'start', id: textOf(id), model: textOf(model) }];
  }

  #complete(event: JsonObject): AnswerEvent[] {
    const response = objectOf(event.response);
    if (failureIn(response)) return this.#fail(event);
    const events = [...this.#start(response), ...this.#items.complete(response.output)];
    const usage = usageIn(response.usage);
    if (usage) events.push({ type: 'usage', usage });
    events.push({ type: 'finish', reason: this.#reason(event.type, response) });
    this.#isOver = true;
    return events;
  }

  #reason(type: Json | undefined, response: JsonObject): FinishReason {
    const isIncomplete = type === 'response.incomplete' || response.status === 'incomplete';
    if (isIncomplete) {
      const { reason } = objectOf(response.incomplete_details);
      return reason === 'content_filter' ? 'refusal' : 'max-output';
    }
    if (this.#items.sawToolCall) return 'tool-calls';
    return this.#items.sawRefusal ? 'refusal' : 'end';
  }

  #fail(event: JsonObject): AnswerEvent[] {
    this.#isOver = true;
    const said = failureIn(event);
    if (said) return [{ type: 'failed', error: renderableFailure(said) }];
    const message = 'The provider sent an answer that cannot be read: it is no response.';
    return [{ type: 'failed', error: { status: 502, code: 'upstream_invalid', message } }];
  }
}

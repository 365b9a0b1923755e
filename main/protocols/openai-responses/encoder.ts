import type { Answer, AnswerEvent, FinishReason } from '../answer.ts';
import { type JsonObject, stringifyExact } from '../exact-json.ts';
import type { AnswerEncoder, EncodeContext } from '../translator.ts';
import type { Usage } from '../wire-format.ts';
import { OutputWriter } from './output-writer.ts';
import { finalState, type ResponseFrame, responseFrame } from './response-object.ts';

/** Writes an answer as the event stream of the Responses API. */
export function createEncoder(context: EncodeContext): AnswerEncoder {
  return new ResponsesEncoder(context);
}

/** Writes a whole answer as one response. */
export function writeAnswer(answer: Answer, context: EncodeContext): JsonObject {
  const writer = outputWriter(context);
  writer.push(answer.parts.flatMap(eventsOf));
  writer.end();
  return responseFrame(idOf(answer.id, context), context)(finalState(answer.finish, writer.output, answer.usage));
}

function eventsOf({ start, text, signature, citations }: Answer['parts'][number], part: number): AnswerEvent[] {
  return [
    { type: 'open', part, start },
    ...(text === '' ? [] : [{ type: 'delta' as const, part, text }]),
    ...(signature === undefined ? [] : [{ type: 'signature' as const, part, signature }]),
    ...citations.map((citation) => ({ type: 'citation' as const, part, citation })),
    { type: 'close', part },
  ];
}

class ResponsesEncoder implements AnswerEncoder {
  readonly #context: EncodeContext;
  readonly #writer: OutputWriter;
  #frame: ResponseFrame | undefined;
  #sequence = 0;
  #usage: Usage | undefined;
  #reason: FinishReason = 'end';

  constructor(context: EncodeContext) {
    this.#context = context;
    this.#writer = outputWriter(context);
  }

  push(events: readonly AnswerEvent[]): string {
    const begun = events.length > 0 ? this.#begin(events[0]) : '';
    for (const event of events) {
      if (event.type === 'usage') this.#usage = event.usage;
      else if (event.type === 'finish') this.#reason = event.reason;
    }
    return begun + this.#encode(this.#writer.push(events));
  }

  end(): string {
    const begun = this.#begin(undefined);
    const closing = this.#writer.end();
    const state = finalState(this.#reason, this.#writer.output, this.#usage);
    const type = state.status === 'incomplete' ? 'response.incomplete' : 'response.completed';
    const response = this.#frame?.(state) ?? state;
    return begun + this.#encode([...closing, { type, response }]);
  }

  #begin(first: AnswerEvent | undefined): string {
    if (this.#frame) return '';
    this.#frame = responseFrame(idOf(first?.type === 'start' ? first.id : '', this.#context), this.#context);
    const response = this.#frame({ status: 'in_progress', output: [] });
    return this.#encode([
      { type: 'response.created', response },
      { type: 'response.in_progress', response },
    ]);
  }

  #encode(events: readonly JsonObject[]): string {
    let text = '';
    for (const { type, ...rest } of events) {
      const event: JsonObject = { type: type ?? '', sequence_number: this.#sequence++, ...rest };
      // Exact numbers are only in what is echoed of the request; deltas are many and have none.
      const data = rest.response === undefined ? JSON.stringify(event) : stringifyExact(event);
      text += `event: ${String(type)}\ndata: ${data}\n\n`;
    }
    return text;
  }
}

function outputWriter({ newId, conversation }: EncodeContext): OutputWriter {
  const hidesThinking = conversation.thinking?.visible === false;
  return new OutputWriter({ newId, tools: conversation.tools, hidesThinking });
}

/** An id of another format's is no response's. */
function idOf(upstream: string, { newId }: EncodeContext): string {
  return upstream.startsWith('resp_') ? upstream : newId('resp_');
}

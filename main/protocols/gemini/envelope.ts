import { type JsonObject, stringifyExact } from '../exact-json.ts';
import { JsonSyntaxError, members, type Span, stringAt } from '../json-edit.ts';
import { createSseSplitter, parseEvent } from '../sse.ts';
import { createArrayElements } from './array-elements.ts';

/**
 * The envelope in which Code Assist and Antigravity take requests, `{"model":…,"project":…,"request":{…}}`, and give
 * answers, `{"response":{…}}`. What is inside keeps its bytes.
 */
export interface EnvelopedRequest {
  /** Members of the envelope but `request`, where they are. */
  members: ReadonlyMap<string, Span>;
  model: string | undefined;
  /** The request itself, a piece of the given bytes. */
  request: Buffer;
}

/** Puts a request into an envelope with these members in front. */
export function wrapRequest(head: JsonObject, request: readonly Buffer[]): Buffer[] {
  const open = stringifyExact(head);
  const before = open === '{}' ? '{' : `${open.slice(0, -1)},`;
  return [Buffer.from(`${before}"request":`), ...request, Buffer.from('}')];
}

/** Takes a request out of its envelope; undefined where there is none. Throws JsonSyntaxError. */
export function openRequest(
  body: Buffer,
  known: ReadonlyMap<string, Span> = members(body),
): EnvelopedRequest | undefined {
  const span = known.get('request');
  if (!span || body[span.start] !== 0x7b || known.has('contents')) return undefined;
  const model = known.get('model');
  return { members: known, model: model && stringAt(body, model), request: body.subarray(span.start, span.end) };
}

/** Changes the bytes of an answer as they pass. */
export interface AnswerEnvelope {
  push(chunk: Buffer): Buffer[];
  end(): Buffer[];
}

/** How an answer comes: events, one JSON array, or one object. */
export type EnvelopeFraming = 'events' | 'array' | 'body';

/** Takes each object of an answer out of its envelope; what has none, such as an error, passes as it is. */
export function createUnwrapper(framing: EnvelopeFraming): AnswerEnvelope {
  return createEnvelope(framing, unwrapped);
}

/** Puts each object of an answer into an envelope, for clients that speak to Code Assist; errors have none there. */
export function createWrapper(framing: EnvelopeFraming): AnswerEnvelope {
  return createEnvelope(framing, wrapped);
}

type Change = (json: Buffer) => Buffer[];

function createEnvelope(framing: EnvelopeFraming, change: Change): AnswerEnvelope {
  if (framing === 'events') return eventEnvelope(change);
  return framing === 'array' ? arrayEnvelope(change) : bodyEnvelope(change);
}

const dataField = Buffer.from('data: ');
const eventEnd = Buffer.from('\n\n');

function eventEnvelope(change: Change): AnswerEnvelope {
  const splitter = createSseSplitter();
  const changed = (raw: Buffer): Buffer[] => {
    const event = parseEvent(raw);
    // Comments keep a connection alive.
    return event ? [dataField, ...change(event.data), eventEnd] : [raw];
  };
  return {
    push: (chunk) => splitter.push(chunk).flatMap(changed),
    // What is cut off may be half an object: it says nothing that could be shown.
    end: () => [],
  };
}

function arrayEnvelope(change: Change): AnswerEnvelope {
  const elements = createArrayElements();
  let isFirst = true;
  return {
    push: (chunk) =>
      elements.push(chunk).flatMap((element) => {
        const before = Buffer.from(isFirst ? '[' : ',\r\n');
        isFirst = false;
        return [before, ...change(element)];
      }),
    // Without its bracket the reader knows that the array was cut off.
    end: () => (elements.ended() ? [Buffer.from(isFirst ? '[]' : ']')] : []),
  };
}

function bodyEnvelope(change: Change): AnswerEnvelope {
  const chunks: Buffer[] = [];
  return {
    push(chunk) {
      chunks.push(chunk);
      return [];
    },
    end: () => change(Buffer.concat(chunks)),
  };
}

function wrapped(json: Buffer): Buffer[] {
  const isError = json.includes('"error"') && memberOf(json, 'error') !== undefined;
  return isError ? [json] : [Buffer.from('{"response":'), json, Buffer.from('}')];
}

function unwrapped(json: Buffer): Buffer[] {
  const span = memberOf(json, 'response');
  return [span ? json.subarray(span.start, span.end) : json];
}

function memberOf(json: Buffer, name: string): Span | undefined {
  try {
    return members(json).get(name);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

import { isJsonObject, type JsonObject } from '../../protocols/exact-json.ts';
import { isBrokenCall } from '../../protocols/gemini/broken-call.ts';
import { saysRetired } from '../../protocols/gemini/retired.ts';
import { objectIn } from '../../protocols/json-text.ts';
import { parseEvent, splitEvents } from '../../protocols/sse.ts';
import type { WireFormatId } from '../../protocols/wire-format.ts';

/** What the beginning of a stream says: nothing yet, an answer, or a failure with the data of its event. */
export type GateVerdict = 'hold' | 'open' | { failure: string };

/** Looks at whole events until the first that carries an answer. A failure before it can still fail over. */
export interface StreamGate {
  push(events: Buffer): GateVerdict;
}

/** Beyond these a stream passes whatever it has said (scheduling: 48 events, 1 MiB). */
const maxEvents = 48;
const maxBytes = 1024 * 1024;

type Meaning = 'handshake' | 'answer' | 'failure';

/** What an event of each format means, before an upstream has decided whether it will answer. */
const meanings: Readonly<Record<WireFormatId, (data: JsonObject) => Meaning>> = {
  anthropic: byType(['message_start', 'ping'], ['error']),
  'openai-responses': byType(
    ['response.created', 'response.in_progress', 'response.queued', 'codex.rate_limits', 'codex.response.metadata'],
    ['error', 'response.failed'],
  ),
  'openai-chat': (data) => (hasError(data) ? 'failure' : saysSomething(data) ? 'answer' : 'handshake'),
  gemini: (data) => (hasError(data) || saysRetired(data) ? 'failure' : 'answer'),
};

export interface StreamGateOptions {
  /** A call that a Gemini model has garbled, in the place of its answer, is a failure. */
  refusesBrokenCalls?: boolean;
}

/** A gate for the streams of one wire format. */
export function createStreamGate(
  format: WireFormatId,
  { refusesBrokenCalls = false }: StreamGateOptions = {},
): StreamGate {
  const meaningOf = meanings[format];
  let events = 0;
  let bytes = 0;
  return {
    push(chunk) {
      bytes += chunk.length;
      if (bytes > maxBytes) return 'open';
      for (const raw of splitEvents(chunk)) {
        const event = parseEvent(raw);
        if (!event) continue;
        const text = event.data.toString('utf8');
        const data = objectIn(text);
        const isBroken = refusesBrokenCalls && format === 'gemini' && data !== undefined && isBrokenCall(data);
        const meaning = isBroken || event.type === 'error' ? 'failure' : data ? meaningOf(data) : 'answer';
        if (meaning === 'failure') return { failure: text.trim() };
        if (meaning === 'answer' || ++events > maxEvents) return 'open';
      }
      return 'hold';
    },
  };
}

function byType(handshakes: readonly string[], failures: readonly string[]): (data: JsonObject) => Meaning {
  return ({ type }) => {
    if (typeof type !== 'string') return 'answer';
    return failures.includes(type) ? 'failure' : handshakes.includes(type) ? 'handshake' : 'answer';
  };
}

function hasError({ error, choices }: JsonObject): boolean {
  return choices === undefined && error !== undefined && error !== null;
}

/** A first chunk of Chat Completions often names the role and no more. */
function saysSomething({ choices }: JsonObject): boolean {
  if (!Array.isArray(choices)) return true;
  return choices.some((choice) => {
    if (!isJsonObject(choice)) return true;
    const { delta, finish_reason: finish } = choice;
    if (finish || !isJsonObject(delta)) return true;
    return Object.entries(delta).some(([name, value]) => name !== 'role' && value !== null && value !== '');
  });
}

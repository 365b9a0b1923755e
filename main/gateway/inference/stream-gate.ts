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

/** Events that come before an upstream has decided whether it will answer. */
const handshakes: Partial<Record<WireFormatId, ReadonlySet<string>>> = {
  anthropic: new Set(['message_start', 'ping']),
};

/** A gate for the streams of one wire format; formats without handshake events open at once. */
export function createStreamGate(format: WireFormatId): StreamGate {
  const handshake = handshakes[format];
  let events = 0;
  let bytes = 0;
  return {
    push(chunk) {
      if (!handshake) return 'open';
      bytes += chunk.length;
      if (bytes > maxBytes) return 'open';
      for (const data of eventData(chunk)) {
        const type = typeOf(data);
        if (type === 'error') return { failure: data.trim() };
        if (type !== undefined && !handshake.has(type)) return 'open';
        if (++events > maxEvents) return 'open';
      }
      return 'hold';
    },
  };
}

/** The data of each event; comments and empty events are left out. */
function eventData(chunk: Buffer): string[] {
  const blocks = chunk.toString('utf8').split(/\r?\n\r?\n/);
  return blocks.flatMap((block) => {
    const lines = block.split(/\r?\n/).filter((line) => line.startsWith('data:'));
    return lines.length === 0 ? [] : [lines.map((line) => line.slice(5)).join('\n')];
  });
}

function typeOf(data: string): string | undefined {
  return /^\s*\{\s*"type"\s*:\s*"([^"]+)"/.exec(data)?.[1] ?? parsedType(data);
}

function parsedType(data: string): string | undefined {
  try {
    const { type } = JSON.parse(data) as { type?: unknown };
    return typeof type === 'string' ? type : 'unknown';
  } catch {
    return 'unknown';
  }
}

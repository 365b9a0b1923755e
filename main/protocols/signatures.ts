import type { SignatureFamily } from './features.ts';

/**
 * What a Gemini model takes in place of a signature that was lost, on a tool call in the history
 * (https://ai.google.dev/gemini-api/docs/thought-signatures).
 */
export const geminiSignaturePlaceholder = 'skip_thought_signature_validator';

const placeholders: ReadonlySet<string> = new Set([geminiSignaturePlaceholder, 'context_engineering_is_the_way_to_go']);

/** Names that other gateways put before signatures: `claude#Ep8B…`. */
const ownPrefix = /^(?:(claude|anthropic)|(gpt|openai|codex|chatgpt)|(gemini|google|antigravity|vertex))#/i;

/** Whether it is the stand-in for a signature rather than a signature. */
export function isSignaturePlaceholder(signature: string): boolean {
  return placeholders.has(signature);
}

/**
 * Whose models made a thinking signature; undefined when nobody's is recognised. A signature must never reach another
 * family: it is refused there, with the whole request.
 */
export function signatureFamily(signature: string): SignatureFamily | undefined {
  const prefix = ownPrefix.exec(signature);
  if (prefix) return prefix[1] ? 'claude' : prefix[2] ? 'gpt' : 'gemini';
  if (isSignaturePlaceholder(signature)) return 'gemini';
  const bytes = decoded(signature);
  if (!bytes) return undefined;
  if (isFernet(signature, bytes)) return 'gpt';
  if (isClaude(signature, bytes)) return 'claude';
  return isMessage(bytes) ? 'gemini' : undefined;
}

/** Either alphabet of base64, with or without padding (RFC 4648). */
function decoded(text: string): Buffer | undefined {
  if (text.length < 8 || !/^[\w+/-]+={0,2}$/.test(text)) return undefined;
  return Buffer.from(text, 'base64');
}

/** Version byte 0x80 and four zero bytes of the time; a token without text has 73 bytes (the Fernet specification). */
function isFernet(signature: string, bytes: Buffer): boolean {
  return signature.startsWith('gAAAA') && bytes.length >= 73;
}

/** A message with one field 2, the same in base64 once more, or one that begins with a number and names its model. */
function isClaude(signature: string, bytes: Buffer): boolean {
  switch (signature[0]) {
    case 'E':
      return bytes[0] === 0x12 && !isGeminiEnvelope(bytes);
    case 'R': {
      const inner = bytes.toString('latin1');
      return inner.startsWith('E') && decoded(inner)?.[0] === 0x12;
    }
    case 'C':
      return bytes[0] === 0x08 && bytes.includes('claude-');
    default:
      return false;
  }
}

/** Gemini 3 has a field 2 too; within it, field 1 begins with a version byte where Claude's is a message. */
function isGeminiEnvelope(bytes: Buffer): boolean {
  const outer = varint(bytes, 1);
  if (!outer || bytes[outer.next] !== 0x0a) return false;
  const inner = varint(bytes, outer.next + 1);
  return inner !== undefined && bytes[inner.next] === 0x01;
}

/** Whether the bytes are one whole protobuf message (https://protobuf.dev/programming-guides/encoding). */
function isMessage(bytes: Buffer): boolean {
  let at = 0;
  while (at < bytes.length) {
    const tag = varint(bytes, at);
    if (!tag || tag.value < 8) return false;
    const end = fieldEnd(bytes, tag.value % 8, tag.next);
    if (end === undefined || end > bytes.length) return false;
    at = end;
  }
  return bytes.length > 0;
}

function fieldEnd(bytes: Buffer, wireType: number, at: number): number | undefined {
  const head = wireType === 0 || wireType === 2 ? varint(bytes, at) : undefined;
  switch (wireType) {
    case 0:
      return head?.next;
    case 1:
      return at + 8;
    case 2:
      return head && head.next + head.value;
    case 5:
      return at + 4;
    default:
      return undefined;
  }
}

/** Numbers of up to 70 bits in groups of seven; large ones lose digits that only lengths would need. */
function varint(bytes: Buffer, at: number): { value: number; next: number } | undefined {
  let value = 0;
  for (let index = 0; index < 10; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, next: at + index + 1 };
  }
  return undefined;
}

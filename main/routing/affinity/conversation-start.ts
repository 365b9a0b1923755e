import { findMember, type Span, stringAt } from '../../protocols/json-edit.ts';
import { walkArray } from '../../protocols/json-scan.ts';

/** A digest of pieces of text, short and without collisions in practice, such as SHA-256 in base64. */
export type Digest = (pieces: readonly Uint8Array[]) => string;

/** Of one text, and of all: constant prompts are long, so that a beginning alone would tell nothing apart. */
const mostOfText = 256 * 1024;
const mostPieces = 400;

const quote = 0x22;
const openBracket = 0x5b;
const openBrace = 0x7b;

/**
 * A digest of how a conversation starts: its system text, the names of its tools and its first user message, all of
 * which stay the same from turn to turn. Markers such as `cache_control` move and are left out. Undefined without a
 * user message. Reads only as far as that message. Throws JsonSyntaxError.
 */
export function startOfConversation(
  json: Buffer,
  find: (name: string) => Span | undefined,
  digest: Digest,
): string | undefined {
  const pieces: Uint8Array[] = [];
  for (const name of ['system', 'instructions', 'systemInstruction', 'system_instruction'])
    collectTexts(json, find(name), pieces);
  const list = find('messages') ?? find('input') ?? find('contents');
  if (!list || !collectFirstTurn(json, list, pieces)) return undefined;
  collectToolNames(json, find('tools'), pieces);
  return digest(pieces);
}

/** Texts up to and with the first user message; whether there is one. */
function collectFirstTurn(json: Buffer, list: Span, pieces: Uint8Array[]): boolean {
  if (json[list.start] === quote) return collectTexts(json, list, pieces) > 0;
  if (json[list.start] !== openBracket) return false;
  let isFound = false;
  walkArray(json, list.start, (item) => {
    if (json[item.start] !== openBrace) return false;
    const role = findMember(json, 'role', item.start);
    const name = role ? stringAt(json, role) : 'user';
    if (name === 'user' || name === 'system' || name === 'developer') collectTexts(json, item, pieces);
    isFound = name === 'user';
    return isFound;
  });
  return isFound;
}

/** Text in any of the shapes that the wire formats give it: a string, a list of parts, an object that holds either. */
function collectTexts(json: Buffer, span: Span | undefined, pieces: Uint8Array[], depth = 0): number {
  if (!span || depth > 3 || pieces.length >= mostPieces) return 0;
  switch (json[span.start]) {
    case quote:
      return pieces.push(json.subarray(span.start, Math.min(span.end, span.start + mostOfText)));
    case openBracket:
      walkArray(json, span.start, (item) => {
        collectTexts(json, item, pieces, depth + 1);
        return pieces.length >= mostPieces;
      });
      return pieces.length;
    case openBrace: {
      const part =
        findMember(json, 'text', span.start) ??
        findMember(json, 'content', span.start) ??
        findMember(json, 'parts', span.start);
      return collectTexts(json, part, pieces, depth + 1);
    }
    default:
      return 0;
  }
}

function collectToolNames(json: Buffer, span: Span | undefined, pieces: Uint8Array[]): void {
  if (!span || json[span.start] !== openBracket) return;
  walkArray(json, span.start, (tool) => {
    if (json[tool.start] !== openBrace) return false;
    const declarations =
      findMember(json, 'functionDeclarations', tool.start) ?? findMember(json, 'function_declarations', tool.start);
    if (declarations) collectToolNames(json, declarations, pieces);
    const holder = findMember(json, 'function', tool.start) ?? tool;
    const name = json[holder.start] === openBrace ? findMember(json, 'name', holder.start) : undefined;
    if (name) pieces.push(json.subarray(name.start, Math.min(name.end, name.start + 1024)));
    return pieces.length >= mostPieces * 2;
  });
}

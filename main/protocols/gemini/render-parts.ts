import type { DocumentPart, Media, Part } from '../conversation.ts';
import { defined } from '../defined.ts';
import type { JsonObject } from '../exact-json.ts';
import { FieldError } from '../features.ts';

/** Everything but calls, results and thinking, which depend on what is around them. */
export type PlainPart = Exclude<Part, { kind: 'tool-call' | 'tool-result' | 'thinking' | 'redacted-thinking' }>;

/** Writes a part. `runsCode`: the model has the tool whose code and output are parts of their own. Throws FieldError. */
export function renderPart(part: PlainPart, runsCode: boolean): JsonObject {
  switch (part.kind) {
    case 'image':
    case 'audio':
    case 'video':
      return renderMedia(part.source);
    case 'document':
      return renderDocument(part);
    case 'code':
      if (!runsCode || part.language !== 'python') return fenced(part.language, part.code);
      return { executableCode: { language: 'PYTHON', code: part.code } };
    case 'code-output':
      if (!runsCode) return fenced(part.failed ? 'error' : 'output', part.output);
      return { codeExecutionResult: { outcome: part.failed ? 'OUTCOME_FAILED' : 'OUTCOME_OK', output: part.output } };
    case 'search-call':
      return { text: `[searched for: ${part.query}]` };
    case 'search-result':
      return {
        text: part.results.map(({ title, url, text = '' }) => `${title} (${url})\n${text}`.trim()).join('\n\n'),
      };
    case 'text':
      return { text: part.text };
  }
}

function fenced(word: string, text: string): JsonObject {
  return { text: `\`\`\`${word}\n${text}\n\`\`\`` };
}

/** Throws FieldError for a file that only another provider holds. */
function renderMedia(source: Media): JsonObject {
  switch (source.kind) {
    case 'data':
      return { inlineData: { mimeType: source.mediaType, data: source.data } };
    case 'url':
      return { fileData: defined({ mimeType: source.mediaType, fileUri: source.url }) };
    case 'file':
      throw new FieldError('messages', 'files that were uploaded to another provider cannot be read here');
  }
}

/** Types of documents that the API reads as such; everything else in letters goes as text. */
const readTypes = /^(application\/pdf|text\/(plain|html|css|csv|xml|rtf|markdown))$/;
const textTypes = /^(text\/|application\/(json|xml|x-yaml|yaml|javascript|typescript|toml)\b)/;

function renderDocument({ source, title }: DocumentPart): JsonObject {
  const text = source.kind === 'text' ? source.text : decoded(source);
  if (text !== undefined) return { text: title === undefined ? text : `${title}\n\n${text}` };
  return source.kind === 'text' ? {} : renderMedia(source);
}

function decoded(source: Media): string | undefined {
  if (source.kind !== 'data' || readTypes.test(source.mediaType) || !textTypes.test(source.mediaType)) return undefined;
  return Buffer.from(source.data, 'base64').toString('utf8');
}

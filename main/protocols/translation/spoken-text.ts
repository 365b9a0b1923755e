import type { Conversation, FunctionTool, Part } from '../conversation.ts';
import { stringifyExact } from '../exact-json.ts';

/** All text of a conversation that a model reads, piece by piece, and how many pictures and pages come with it. */
export interface SpokenText {
  texts: readonly string[];
  images: number;
  documents: number;
  /** Turns and tools; each costs a few tokens of framing. */
  frames: number;
}

/** For estimates of tokens where the upstream counts none. */
export function spokenText({ system, turns, tools }: Conversation): SpokenText {
  const parts = turns.flatMap((turn) => turn.parts.flatMap(flattened));
  const declared = tools.map((tool) => (tool.kind === 'function' ? functionText(tool) : JSON.stringify(tool)));
  return {
    texts: [...system.map(({ text }) => text), ...declared, ...parts.map(textOf)].filter((text) => text !== ''),
    images: parts.filter(({ kind }) => kind === 'image').length,
    documents: parts.filter((part) => part.kind === 'document' && part.source.kind !== 'text').length,
    frames: turns.length + tools.length,
  };
}

function functionText({ name, description = '', schema }: FunctionTool): string {
  return `${name} ${description} ${stringifyExact(schema)}`;
}

function flattened(part: Part): Part[] {
  return part.kind === 'tool-result' ? [...part.parts] : [part];
}

function textOf(part: Part): string {
  switch (part.kind) {
    case 'text':
    case 'thinking':
      return part.text;
    case 'tool-call':
      return `${part.name} ${part.input}`;
    case 'document':
      return part.source.kind === 'text' ? part.source.text : '';
    case 'code':
      return part.code;
    case 'code-output':
      return part.output;
    case 'search-result':
      return part.results.map(({ title, url, text = '' }) => `${title} ${url} ${text}`).join('\n');
    default:
      return '';
  }
}

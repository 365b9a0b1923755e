import { createSseAligner, splitEvents } from '../../protocols/sse.ts';
import type { WireFormatId } from '../../protocols/wire-format.ts';
import { type AnswerEditor, createAnswerEditor } from './answer-editor.ts';
import { editEventData } from './event-data.ts';
import { createToolSpelling } from './tool-names.ts';

/** Largest body that is held back to be edited, in bytes; a larger one passes as it is. */
const maxBodyBytes = 32 * 1024 * 1024;

export interface ResponseRewriterOptions {
  /** The format that the client reads. */
  format: WireFormatId;
  /** Whether the answer is server-sent events; a body otherwise, a JSON array of Gemini included. */
  stream: boolean;
  /** As the client wrote it, with thinking suffix. */
  askedModel: string;
  /** As the upstream was asked. */
  servedModel: string;
  /** Names of the request's tools; see advertisedTools. */
  advertisedTools: readonly string[];
}

/** Rewrites one answer while it passes. Takes and gives unencoded (not compressed) bytes. */
export interface ResponseRewriter {
  /** What can go to the client now; pieces that needed no change are slices of `chunk`. */
  push(chunk: Buffer): Buffer[];
  /** What was held back. Call once, after the last push. */
  end(): Buffer[];
}

/**
 * Whether an answer may need a change at all; when not, the gateway passes its bytes through without a rewriter. An
 * answer in Claude's own words to a request for the model that is served has the right model name, tool names as the
 * request advertised them, and signatures where Claude signs. Everything else is looked at.
 */
export function needsRewriting(answer: { askedModel: string; servedModel: string; fromClaude: boolean }): boolean {
  return !answer.fromClaude || answer.askedModel !== answer.servedModel;
}

/**
 * Makes the rewriter of one answer: puts back the model name the client asked for (only when another was served) and its
 * spelling of tool names, gives Anthropic tool_use and thinking blocks the `signature` that Amp's terminal reads, and
 * fills an empty `output` of a finished Responses stream. Streams are edited event by event, each forwarded once it is
 * complete; bodies at their end. Bytes outside of the edits stay as they are, and so does text that is not JSON.
 */
export function createResponseRewriter(options: ResponseRewriterOptions): ResponseRewriter {
  const { format, stream, askedModel, servedModel } = options;
  const spelling = createToolSpelling(options.advertisedTools);
  const rules = { format, spelling, ...(askedModel === servedModel ? {} : { model: askedModel }) };
  const editor = createAnswerEditor(rules, stream);
  return stream ? streamRewriter(editor) : bodyRewriter(editor);
}

function streamRewriter(editor: AnswerEditor): ResponseRewriter {
  const aligner = createSseAligner();
  const rewritten = (events: Buffer | undefined) => {
    if (!events) return [];
    return editor.concerns(events)
      ? coalesced(splitEvents(events).map((event) => rewriteEvent(event, editor)))
      : [events];
  };
  return {
    push: (chunk) => rewritten(aligner.push(chunk)),
    end: () => rewritten(aligner.end()),
  };
}

function rewriteEvent(event: Buffer, editor: AnswerEditor): Buffer {
  return editor.concerns(event) ? editEventData(event, editor.edit) : event;
}

function bodyRewriter(editor: AnswerEditor): ResponseRewriter {
  const held: Buffer[] = [];
  let bytes = 0;
  const release = () => held.splice(0);
  return {
    push(chunk) {
      bytes += chunk.length;
      held.push(chunk);
      return bytes > maxBodyBytes ? release() : [];
    },
    end() {
      if (bytes > maxBodyBytes || bytes === 0) return release();
      const body = Buffer.concat(release());
      return [editor.concerns(body) ? editor.edit(body) : body];
    },
  };
}

/** Joins pieces that lie side by side in memory, so that an unchanged chunk is written once, whatever it holds. */
function coalesced(pieces: readonly Buffer[]): Buffer[] {
  const joined: Buffer[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    const follows = last && last.buffer === piece.buffer && last.byteOffset + last.length === piece.byteOffset;
    if (!follows) joined.push(piece);
    else joined[joined.length - 1] = Buffer.from(last.buffer, last.byteOffset, last.length + piece.length);
  }
  return joined;
}

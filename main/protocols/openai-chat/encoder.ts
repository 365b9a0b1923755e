import type { AnswerEvent, AnswerPartStart } from '../answer.ts';
import type { Conversation } from '../conversation.ts';
import type { JsonObject } from '../exact-json.ts';
import { dataUrl } from '../media.ts';
import type { AnswerEncoder, EncodeContext } from '../translator.ts';
import type { Usage } from '../wire-format.ts';
import { finishWord, usageWords } from './answer-words.ts';
import { annotation } from './citations.ts';
import { isLegacyPath } from './legacy.ts';

/** Makes the encoder of one stream: chunks of a chat, or of the legacy completions where the client asked there. */
export function createChatEncoder(context: EncodeContext): AnswerEncoder {
  return new Encoder(context, isLegacyPath(context.path) ? legacyChunks : chatChunks);
}

/** How the choice of a chunk says something; undefined where it has no words for it. */
interface Chunks {
  object: string;
  idPrefix: string;
  /** The choice of a chunk whose delta is `delta`. */
  choice(delta: JsonObject, finish: string | null): JsonObject | undefined;
}

const chatChunks: Chunks = {
  object: 'chat.completion.chunk',
  idPrefix: 'chatcmpl-',
  choice: (delta, finish) => ({ index: 0, delta, logprobs: null, finish_reason: finish }),
};

const legacyChunks: Chunks = {
  object: 'text_completion',
  idPrefix: 'cmpl-',
  choice({ content }, finish) {
    if (finish === null && typeof content !== 'string') return undefined;
    return { text: content ?? '', index: 0, logprobs: null, finish_reason: finish };
  },
};

/** Whether the client speaks of functions as before there were tools. */
export function usesFunctions({ uses }: Conversation): boolean {
  return uses.some(({ field }) => field === 'functions');
}

type ToolStart = Extract<AnswerPartStart, { kind: 'tool-call' }>;

/** What the encoder knows of a part that is open. */
type OpenPart =
  | { kind: 'text' | 'thinking' | 'other' }
  | { kind: 'tool'; index: number; custom: boolean; isEmpty: boolean };

class Encoder implements AnswerEncoder {
  readonly #context: EncodeContext;
  readonly #chunks: Chunks;
  /** What every chunk begins with, as far as `"choices":`. */
  readonly #head: string;
  readonly #isLegacyTool: boolean;
  readonly #open = new Map<number, OpenPart>();
  #hasRole = false;
  #tools = 0;
  #thoughts = 0;
  #usage: Usage | undefined;

  constructor(context: EncodeContext, chunks: Chunks) {
    this.#context = context;
    this.#chunks = chunks;
    this.#head = headOf(context, chunks);
    this.#isLegacyTool = usesFunctions(context.conversation);
  }

  push(events: readonly AnswerEvent[]): string {
    let text = '';
    for (const event of events) text += this.#write(event);
    return text;
  }

  end(): string {
    const { includeUsage } = this.#context.conversation;
    const usage = includeUsage && this.#usage ? this.#chunk([], usageWords(this.#usage)) : '';
    return `${usage}data: [DONE]\n\n`;
  }

  #write(event: AnswerEvent): string {
    switch (event.type) {
      case 'start':
        return this.#role();
      case 'open':
        return this.#openPart(event.part, event.start);
      case 'delta':
        return this.#delta(event.part, event.text);
      case 'citation':
        return this.#say({ annotations: [annotation(event.citation)] });
      case 'close':
        return this.#close(event.part);
      case 'usage':
        this.#usage = event.usage;
        return '';
      case 'finish': {
        const word = finishWord(event.reason);
        return this.#role() + this.#choice({}, this.#isLegacyTool && word === 'tool_calls' ? 'function_call' : word);
      }
      default:
        return '';
    }
  }

  /** The first chunk says who speaks. */
  #role(): string {
    if (this.#hasRole) return '';
    this.#hasRole = true;
    return this.#choice({ role: 'assistant', content: '' }, null, true);
  }

  #openPart(part: number, start: AnswerPartStart): string {
    switch (start.kind) {
      case 'text':
        this.#open.set(part, { kind: 'text' });
        return '';
      case 'thinking':
        this.#open.set(part, { kind: 'thinking' });
        // A blank line keeps one thought from the next, as they share one field.
        return this.#thoughts++ > 0 ? this.#think('\n\n') : '';
      case 'tool-call':
        return this.#openTool(part, start);
      case 'image': {
        const image = { index: 0, type: 'image_url', image_url: { url: dataUrl(start) } };
        return this.#say({ images: [image] });
      }
      default:
        return '';
    }
  }

  #openTool(part: number, start: ToolStart): string {
    const { id, name } = start;
    const custom = start.custom === true;
    const index = this.#tools++;
    this.#open.set(part, { kind: 'tool', index, custom, isEmpty: true });
    if (this.#isLegacyTool) return this.#say({ function_call: { name, arguments: '' } });
    const tool = custom
      ? { type: 'custom', custom: { name, input: '' } }
      : { type: 'function', function: { name, arguments: '' } };
    return this.#say({ tool_calls: [{ index, id, ...tool }] });
  }

  #delta(part: number, text: string): string {
    const open = this.#open.get(part);
    if (!open || text === '') return '';
    if (open.kind === 'text') return this.#say({ content: text });
    if (open.kind === 'thinking') return this.#think(text);
    return open.kind === 'tool' ? this.#growTool(open, text) : '';
  }

  #think(text: string): string {
    if (this.#context.conversation.thinking?.visible === false) return '';
    return this.#say({ reasoning_content: text });
  }

  #growTool(open: Extract<OpenPart, { kind: 'tool' }>, text: string): string {
    open.isEmpty = false;
    if (this.#isLegacyTool) return this.#say({ function_call: { arguments: text } });
    const { index, custom } = open;
    return this.#say({
      tool_calls: [{ index, ...(custom ? { custom: { input: text } } : { function: { arguments: text } }) }],
    });
  }

  /** Clients parse the arguments, and nothing at all is no JSON. */
  #close(part: number): string {
    const open = this.#open.get(part);
    this.#open.delete(part);
    return open?.kind === 'tool' && open.isEmpty && !open.custom ? this.#growTool(open, '{}') : '';
  }

  #say(delta: JsonObject): string {
    return this.#role() + this.#choice(delta, null);
  }

  #choice(delta: JsonObject, finish: string | null, isRole = false): string {
    const choice = isRole && this.#chunks === legacyChunks ? undefined : this.#chunks.choice(delta, finish);
    return choice === undefined ? '' : this.#chunk([choice]);
  }

  #chunk(choices: readonly JsonObject[], usage: JsonObject | null = null): string {
    // Who asks for usage gets the member in every chunk.
    const told = this.#context.conversation.includeUsage ? `,"usage":${JSON.stringify(usage)}` : '';
    return `${this.#head}${JSON.stringify(choices)}${told}}\n\n`;
  }
}

/** Nothing of a chunk is wider than a JavaScript number, and JSON has no line breaks. */
function headOf({ model, createdAt, newId }: EncodeContext, { idPrefix, object }: Chunks): string {
  const head = JSON.stringify({ id: newId(idPrefix), object, created: createdAt, model });
  return `data: ${head.slice(0, -1)},"choices":`;
}

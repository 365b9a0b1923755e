import AnthropicOld from 'anthropic-sdk-0';
import Anthropic from 'anthropic-sdk-1';
import type { Ask, Heard, SdkClient, Talk } from '../scenario.ts';
import { heardError } from './heard-error.ts';

type Message = Anthropic.Message;
type MessageParam = Anthropic.MessageParam;

/** The Anthropic SDKs: 0.137 sends `x-api-key`, 1.x a bearer token and a newer API version. */
export const anthropicClients: readonly SdkClient[] = [
  client(
    '@anthropic-ai/sdk 0.137',
    (origin) => new AnthropicOld({ baseURL: origin, apiKey: 'local', maxRetries: 0 }) as unknown as Anthropic,
  ),
  client('@anthropic-ai/sdk 1', (origin) => new Anthropic({ baseURL: origin, apiKey: 'local', maxRetries: 0 })),
];

function client(id: string, connect: (origin: string) => Anthropic): SdkClient {
  return { id, talk: ({ origin, model }) => new AnthropicTalk(connect(origin), model), errorOf: heardError };
}

class AnthropicTalk implements Talk {
  readonly #sdk: Anthropic;
  readonly #model: string;
  readonly #history: MessageParam[] = [];

  constructor(sdk: Anthropic, model: string) {
    this.#sdk = sdk;
    this.#model = model;
  }

  ask(ask: Ask): Promise<Heard> {
    const image: Anthropic.ContentBlockParam[] = ask.image
      ? [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: ask.image } }]
      : [];
    this.#history.push({ role: 'user', content: [...image, { type: 'text', text: ask.prompt }] });
    return this.#send(ask);
  }

  giveResults(results: Readonly<Record<string, string>>, ask: Omit<Ask, 'prompt' | 'image'>): Promise<Heard> {
    const content = Object.entries(results).map(
      ([id, text]): Anthropic.ToolResultBlockParam => ({ type: 'tool_result', tool_use_id: id, content: text }),
    );
    this.#history.push({ role: 'user', content });
    return this.#send(ask);
  }

  async #send(ask: Omit<Ask, 'prompt' | 'image'>): Promise<Heard> {
    const body = { model: this.#model, max_tokens: 4096, messages: this.#history, ...optionsOf(ask) };
    const options = ask.signal ? { signal: ask.signal } : {};
    const { message, pieces } = ask.stream
      ? await this.#stream(body, options, ask.onPiece)
      : { message: await this.#sdk.messages.create(body, options), pieces: 0 };
    this.#history.push({ role: 'assistant', content: message.content as Anthropic.ContentBlockParam[] });
    return heard(message, pieces);
  }

  async #stream(body: Anthropic.MessageCreateParamsNonStreaming, options: object, onPiece: Ask['onPiece']) {
    const stream = this.#sdk.messages.stream(body, options);
    let pieces = 0;
    for await (const event of stream) {
      if (event.type !== 'content_block_delta') continue;
      pieces++;
      onPiece?.();
    }
    return { message: await stream.finalMessage(), pieces };
  }
}

function optionsOf({ tools, thinking, schema }: Omit<Ask, 'prompt' | 'image'>) {
  return {
    ...(tools
      ? {
          tools: tools.map(({ name, description, schema: input_schema }) => ({
            name,
            description,
            input_schema: input_schema as Anthropic.Tool.InputSchema,
          })),
        }
      : {}),
    ...(thinking ? { thinking: { type: 'enabled' as const, budget_tokens: 2048 } } : {}),
    ...(schema ? { output_config: { format: { type: 'json_schema' as const, schema: schema.schema } } } : {}),
  };
}

function heard(message: Message, pieces: number): Heard {
  const { content, stop_reason: finish, usage } = message;
  return {
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    thinking: content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join(''),
    calls: content.flatMap((block) =>
      block.type === 'tool_use' ? [{ id: block.id, name: block.name, input: block.input }] : [],
    ),
    finish: finish ?? '',
    usage: { input: usage.input_tokens, output: usage.output_tokens },
    pieces,
  };
}

import type OpenAI from 'openai-7';
import type { Ask, Heard, Talk } from '../scenario.ts';
import { openaiClients } from './openai-sdks.ts';

type Params = OpenAI.ChatCompletionCreateParamsNonStreaming;
type Message = OpenAI.ChatCompletionMessageParam;

/** The OpenAI SDK at Chat Completions. */
export const openaiChatClients = openaiClients('Chat', (sdk, model) => new ChatTalk(sdk, model));

/** What compatible servers add to a message: thinking as text. */
interface WithThinking {
  reasoning_content?: string | null;
}

class ChatTalk implements Talk {
  readonly #sdk: OpenAI;
  readonly #model: string;
  readonly #history: Message[] = [];

  constructor(sdk: OpenAI, model: string) {
    this.#sdk = sdk;
    this.#model = model;
  }

  ask(ask: Ask): Promise<Heard> {
    const image: OpenAI.ChatCompletionContentPart[] = ask.image
      ? [{ type: 'image_url', image_url: { url: `data:image/png;base64,${ask.image}` } }]
      : [];
    this.#history.push({ role: 'user', content: [...image, { type: 'text', text: ask.prompt }] });
    return this.#send(ask);
  }

  giveResults(results: Readonly<Record<string, string>>, ask: Omit<Ask, 'prompt' | 'image'>): Promise<Heard> {
    for (const [id, content] of Object.entries(results))
      this.#history.push({ role: 'tool', tool_call_id: id, content });
    return this.#send(ask);
  }

  async #send(ask: Omit<Ask, 'prompt' | 'image'>): Promise<Heard> {
    const body: Params = { model: this.#model, messages: this.#history, ...optionsOf(ask) };
    const options = ask.signal ? { signal: ask.signal } : {};
    const { completion, thinking, pieces } = ask.stream
      ? await this.#stream(body, options, ask.onPiece)
      : whole(await this.#sdk.chat.completions.create(body, options));
    const [choice] = completion.choices;
    if (!choice) throw new Error('The answer has no choice');
    this.#history.push(choice.message as Message);
    return heard(completion, thinking, pieces);
  }

  async #stream(body: Params, options: object, onPiece: Ask['onPiece']) {
    const stream = this.#sdk.chat.completions.stream(
      { ...body, stream: true, stream_options: { include_usage: true } },
      options,
    );
    let pieces = 0;
    let thinking = '';
    for await (const { choices } of stream) {
      const delta = choices[0]?.delta as (OpenAI.ChatCompletionChunk.Choice.Delta & WithThinking) | undefined;
      thinking += delta?.reasoning_content ?? '';
      if (!delta?.content && !delta?.tool_calls && !delta?.reasoning_content) continue;
      pieces++;
      onPiece?.();
    }
    return { completion: (await stream.finalChatCompletion()) as OpenAI.ChatCompletion, thinking, pieces };
  }
}

function whole(completion: OpenAI.ChatCompletion) {
  const message = completion.choices[0]?.message as (OpenAI.ChatCompletionMessage & WithThinking) | undefined;
  return { completion, thinking: message?.reasoning_content ?? '', pieces: 0 };
}

function optionsOf({ tools, thinking, schema }: Omit<Ask, 'prompt' | 'image'>): Partial<Params> {
  return {
    ...(tools
      ? {
          tools: tools.map(({ name, description, schema: parameters }) => ({
            type: 'function' as const,
            function: { name, description, parameters },
          })),
        }
      : {}),
    ...(thinking ? { reasoning_effort: 'medium' as const } : {}),
    ...(schema ? { response_format: { type: 'json_schema' as const, json_schema: { ...schema, strict: true } } } : {}),
  };
}

function heard({ choices, usage }: OpenAI.ChatCompletion, thinking: string, pieces: number): Heard {
  const message = choices[0]?.message;
  return {
    text: message?.content ?? '',
    thinking,
    calls: (message?.tool_calls ?? []).flatMap((call) =>
      call.type === 'function'
        ? [{ id: call.id, name: call.function.name, input: JSON.parse(call.function.arguments) as unknown }]
        : [],
    ),
    finish: choices[0]?.finish_reason ?? '',
    usage: usage ? { input: usage.prompt_tokens, output: usage.completion_tokens } : undefined,
    pieces,
  };
}

import type OpenAI from 'openai-7';
import type { Ask, Heard, Talk } from '../scenario.ts';
import { openaiClients } from './openai-sdks.ts';

type Params = OpenAI.Responses.ResponseCreateParamsNonStreaming;
type Input = OpenAI.Responses.ResponseInputItem;
type Response = OpenAI.Responses.Response;

/** The OpenAI SDK at the Responses API. */
export const openaiResponsesClients = openaiClients('Responses', (sdk, model) => new ResponsesTalk(sdk, model));

class ResponsesTalk implements Talk {
  readonly #sdk: OpenAI;
  readonly #model: string;
  readonly #history: Input[] = [];

  constructor(sdk: OpenAI, model: string) {
    this.#sdk = sdk;
    this.#model = model;
  }

  ask(ask: Ask): Promise<Heard> {
    const image: OpenAI.Responses.ResponseInputContent[] = ask.image
      ? [{ type: 'input_image', image_url: `data:image/png;base64,${ask.image}`, detail: 'auto' }]
      : [];
    this.#history.push({ role: 'user', content: [...image, { type: 'input_text', text: ask.prompt }] });
    return this.#send(ask);
  }

  giveResults(results: Readonly<Record<string, string>>, ask: Omit<Ask, 'prompt' | 'image'>): Promise<Heard> {
    for (const [call_id, output] of Object.entries(results))
      this.#history.push({ type: 'function_call_output', call_id, output });
    return this.#send(ask);
  }

  async #send(ask: Omit<Ask, 'prompt' | 'image'>): Promise<Heard> {
    const body: Params = { model: this.#model, store: false, input: this.#history, ...optionsOf(ask) };
    const options = ask.signal ? { signal: ask.signal } : {};
    const { response, pieces } = ask.stream
      ? await this.#stream(body, options, ask.onPiece)
      : { response: await this.#sdk.responses.create(body, options), pieces: 0 };
    this.#history.push(...(response.output as Input[]));
    return heard(response, pieces);
  }

  async #stream(body: Params, options: object, onPiece: Ask['onPiece']) {
    const stream = this.#sdk.responses.stream({ ...body, stream: true }, options);
    let pieces = 0;
    for await (const { type } of stream) {
      if (!type.endsWith('.delta')) continue;
      pieces++;
      onPiece?.();
    }
    return { response: (await stream.finalResponse()) as Response, pieces };
  }
}

function optionsOf({ tools, thinking, schema }: Omit<Ask, 'prompt' | 'image'>): Partial<Params> {
  return {
    ...(tools
      ? {
          tools: tools.map(({ name, description, schema: parameters }) => ({
            type: 'function' as const,
            name,
            description,
            parameters,
            strict: false,
          })),
        }
      : {}),
    ...(thinking
      ? {
          reasoning: { effort: 'medium' as const, summary: 'auto' as const },
          include: ['reasoning.encrypted_content' as const],
        }
      : {}),
    ...(schema ? { text: { format: { type: 'json_schema' as const, strict: true, ...schema } } } : {}),
  };
}

/** `output_text` is missing from the streams of version 5. */
function textOf(item: Response['output'][number]): string {
  if (item.type !== 'message') return '';
  return item.content.map((part) => (part.type === 'output_text' ? part.text : '')).join('');
}

function heard({ output, status, usage }: Response, pieces: number): Heard {
  const thinking = output.flatMap((item) => (item.type === 'reasoning' ? item.summary.map(({ text }) => text) : []));
  return {
    text: output.map(textOf).join(''),
    thinking: thinking.join(''),
    calls: output.flatMap((item) =>
      item.type === 'function_call'
        ? [{ id: item.call_id, name: item.name, input: JSON.parse(item.arguments) as unknown }]
        : [],
    ),
    finish: status ?? '',
    usage: usage ? { input: usage.input_tokens, output: usage.output_tokens } : undefined,
    pieces,
  };
}

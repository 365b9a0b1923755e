import { GoogleGenAI as GenAI1 } from 'genai-1';
import { GoogleGenAI as GenAI2 } from 'genai-2';
import {
  type Content,
  type GenerateContentConfig,
  type GenerateContentResponse,
  GoogleGenAI,
  type Part,
} from 'genai-3';
import type { Ask, Heard, SdkClient, Talk } from '../scenario.ts';
import { heardError } from './heard-error.ts';

/** Google's SDKs: 1 and 2 call /v1beta, 3 calls /v1, and Vertex mode /v1beta1/publishers/google. */
export const genaiClients: readonly SdkClient[] = [
  client('@google/genai 1', (options) => new GenAI1(options) as unknown as GoogleGenAI),
  client('@google/genai 2', (options) => new GenAI2(options) as unknown as GoogleGenAI),
  client('@google/genai 3', (options) => new GoogleGenAI(options)),
  // Left to itself the SDK takes what stands before a slash for a publisher.
  client(
    '@google/genai 3 · Vertex',
    (options) => new GoogleGenAI({ ...options, vertexai: true }),
    (model) => `publishers/google/models/${model}`,
  ),
];

interface Options {
  apiKey: string;
  httpOptions: { baseUrl: string };
}

function client(id: string, connect: (options: Options) => GoogleGenAI, pathOf = (model: string) => model): SdkClient {
  return {
    id,
    talk: ({ origin, model }) =>
      new GenaiTalk(connect({ apiKey: 'local', httpOptions: { baseUrl: origin } }), pathOf(model)),
    errorOf: heardError,
  };
}

class GenaiTalk implements Talk {
  readonly #sdk: GoogleGenAI;
  readonly #model: string;
  readonly #history: Content[] = [];
  readonly #names = new Map<string, string>();

  constructor(sdk: GoogleGenAI, model: string) {
    this.#sdk = sdk;
    this.#model = model;
  }

  ask(ask: Ask): Promise<Heard> {
    const image: Part[] = ask.image ? [{ inlineData: { mimeType: 'image/png', data: ask.image } }] : [];
    this.#history.push({ role: 'user', parts: [...image, { text: ask.prompt }] });
    return this.#send(ask);
  }

  giveResults(results: Readonly<Record<string, string>>, ask: Omit<Ask, 'prompt' | 'image'>): Promise<Heard> {
    const parts = Object.entries(results).map(
      ([id, result]): Part => ({ functionResponse: { id, name: this.#names.get(id) ?? '', response: { result } } }),
    );
    this.#history.push({ role: 'user', parts });
    return this.#send(ask);
  }

  async #send(ask: Omit<Ask, 'prompt' | 'image'>): Promise<Heard> {
    const request = { model: this.#model, contents: this.#history, config: configOf(ask) };
    const answers: GenerateContentResponse[] = [];
    if (!ask.stream) answers.push(await this.#sdk.models.generateContent(request));
    else {
      for await (const chunk of await this.#sdk.models.generateContentStream(request)) {
        answers.push(chunk);
        if (partsOf(chunk).length > 0) ask.onPiece?.();
      }
    }
    const parts = answers.flatMap(partsOf);
    this.#history.push({ role: 'model', parts });
    return this.#heard(answers, parts, ask.stream);
  }

  #heard(answers: readonly GenerateContentResponse[], parts: readonly Part[], stream: boolean): Heard {
    const usage = answers.findLast(({ usageMetadata }) => usageMetadata)?.usageMetadata;
    const calls = parts.flatMap(({ functionCall }) => (functionCall ? [functionCall] : []));
    for (const { id = '', name = '' } of calls) this.#names.set(id, name);
    return {
      text: parts.map(({ text = '', thought }) => (thought ? '' : text)).join(''),
      thinking: parts.map(({ text = '', thought }) => (thought ? text : '')).join(''),
      calls: calls.map(({ id = '', name = '', args = {} }) => ({ id, name, input: args })),
      finish: answers.findLast(({ candidates }) => candidates?.[0]?.finishReason)?.candidates?.[0]?.finishReason ?? '',
      usage: usage
        ? {
            input: usage.promptTokenCount ?? 0,
            output: (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0),
          }
        : undefined,
      pieces: stream ? answers.filter((answer) => partsOf(answer).length > 0).length : 0,
    };
  }
}

function partsOf({ candidates }: GenerateContentResponse): Part[] {
  return candidates?.[0]?.content?.parts ?? [];
}

function configOf({ tools, thinking, schema, signal }: Omit<Ask, 'prompt' | 'image'>): GenerateContentConfig {
  return {
    ...(signal ? { abortSignal: signal } : {}),
    ...(tools
      ? {
          tools: [
            {
              functionDeclarations: tools.map(({ name, description, schema: parametersJsonSchema }) => ({
                name,
                description,
                parametersJsonSchema,
              })),
            },
          ],
        }
      : {}),
    ...(thinking ? { thinkingConfig: { thinkingBudget: 2048, includeThoughts: true } } : {}),
    ...(schema ? { responseMimeType: 'application/json', responseJsonSchema: schema.schema } : {}),
  };
}

import OpenAI5 from 'openai-5';
import OpenAI6 from 'openai-6';
import OpenAI from 'openai-7';
import type { SdkClient, Talk } from '../scenario.ts';
import { heardError } from './heard-error.ts';

/** Three generations of the OpenAI SDK at one of its APIs; their types differ in nothing that is asked here. */
export function openaiClients(api: string, talk: (sdk: OpenAI, model: string) => Talk): readonly SdkClient[] {
  const generations: [generation: number, Sdk: typeof OpenAI][] = [
    [5, OpenAI5 as unknown as typeof OpenAI],
    [6, OpenAI6 as unknown as typeof OpenAI],
    [7, OpenAI],
  ];
  return generations.map(([generation, Sdk]) => ({
    id: `openai ${generation} · ${api}`,
    talk: ({ origin, model }) => talk(new Sdk({ baseURL: `${origin}/v1`, apiKey: 'local', maxRetries: 0 }), model),
    errorOf: heardError,
  }));
}

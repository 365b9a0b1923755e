import { xaiFlavour } from '../xai/flavour.ts';
import { gptSealing, type Sealing } from './sealed.ts';
import { type BodyRules, openaiFields } from './validate.ts';

/** One service that speaks the Responses API. */
export interface ResponsesFlavour extends BodyRules {
  sealing: Sealing;
  customTools: boolean;
  /** Keeps answers, so that a request may go on from one. */
  stores: boolean;
  /** A header that calls with access tokens must carry. */
  tokenHeader?: readonly [name: string, value: string];
}

export const responsesFlavours = {
  openai: {
    models: ['gpt-5.5', 'gpt-5.4', 'gpt-5.4-mini', 'gpt-5.6-sol'],
    fields: openaiFields,
    toolTypes: new Set(['function', 'custom', 'web_search', 'web_search_preview', 'namespace', 'image_generation']),
    efforts: ['none', 'low', 'medium', 'high', 'xhigh'],
    sealing: gptSealing,
    customTools: true,
    stores: true,
  },
  xai: xaiFlavour,
} as const satisfies Record<string, ResponsesFlavour>;

import type { ResponsesFlavour } from '../openai-responses/flavours.ts';
import { xaiSealing } from '../openai-responses/sealed.ts';
import { xaiFields } from '../openai-responses/validate.ts';

/** xAI: no groups of tools, no tools of free text, its own reasoning only, and a mark on calls of subscriptions. */
export const xaiFlavour: ResponsesFlavour = {
  models: ['grok-4.6', 'grok-4.5', 'grok-4.3', 'grok-build-0.1'],
  fields: xaiFields,
  toolTypes: new Set(['function', 'web_search', 'x_search', 'code_interpreter']),
  efforts: ['none', 'low', 'medium', 'high', 'xhigh'],
  sealing: xaiSealing,
  customTools: false,
  stores: false,
  tokenHeader: ['x-xai-token-auth', 'xai-grok-cli'],
};

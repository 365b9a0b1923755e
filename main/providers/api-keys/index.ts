import type { Provider } from '../contract.ts';
import { compatibleKeyFlow, geminiKeyFlow, openaiKeyFlow } from './flows.ts';

/** Providers that are reached with an API key and nothing else. */
export const apiKeyProviders: readonly Provider[] = [
  {
    id: 'openai',
    label: 'OpenAI',
    defaultEndpoints: { api: 'https://api.openai.com/v1', authorize: '', token: '' },
    signIns: [openaiKeyFlow],
    refreshLeadMs: 0,
  },
  {
    id: 'gemini',
    label: 'Gemini',
    defaultEndpoints: { api: 'https://generativelanguage.googleapis.com', authorize: '', token: '' },
    signIns: [geminiKeyFlow],
    refreshLeadMs: 0,
  },
  {
    id: 'openai-compatible',
    label: 'OpenAI-compatible',
    // Each account brings its own.
    defaultEndpoints: { api: '', authorize: '', token: '' },
    signIns: [compatibleKeyFlow],
    refreshLeadMs: 0,
  },
];

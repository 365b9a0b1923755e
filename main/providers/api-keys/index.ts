import type { Provider } from '../contract.ts';
import { geminiKeyFlow } from './flows.ts';

/** Google's API by key. */
export const geminiProvider: Provider = {
  id: 'gemini',
  label: 'Gemini',
  defaultEndpoints: { api: 'https://generativelanguage.googleapis.com', authorize: '', token: '' },
  signIns: [geminiKeyFlow],
  refreshLeadMs: 0,
};

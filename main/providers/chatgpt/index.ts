import type { Provider } from '../contract.ts';
import { chatgptEndpoints } from './client.ts';
import { deviceFlow } from './device.ts';
import { refresh } from './refresh.ts';
import { browserFlow } from './sign-in.ts';
import { chatgptUsage } from './usage.ts';

/** ChatGPT subscriptions, through the sign-in of OpenAI's Codex. */
export const chatgptProvider: Provider = {
  id: 'chatgpt',
  label: 'ChatGPT',
  defaultEndpoints: chatgptEndpoints,
  signIns: [browserFlow, deviceFlow],
  refreshLeadMs: 5 * 24 * 3_600_000,
  refresh: (_account, secret, context) => refresh(secret, context),
  usage: chatgptUsage,
};

import type { Provider } from '../contract.ts';
import { codeAssistApi, googleSignIn } from '../google/hosts.ts';
import { googleRefreshLeadMs, refreshGoogle } from '../google/tokens.ts';
import { codeAssistUsage } from '../google/usage.ts';
import { client, geminiCliSignIn } from './login.ts';

/** Gemini through the sign-in of Gemini CLI: Google's Code Assist, for Standard and Enterprise subscriptions. */
export const geminiCliProvider: Provider = {
  id: 'gemini-cli',
  label: 'Gemini CLI',
  defaultEndpoints: { api: codeAssistApi, ...googleSignIn },
  signIns: [geminiCliSignIn],
  refreshLeadMs: googleRefreshLeadMs,
  refresh: (_account, secret, context) => refreshGoogle(client(context), secret, context),
  usage: codeAssistUsage,
};

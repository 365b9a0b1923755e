import type { TokenAnswer } from '../../accounts/sign-in/flow.ts';
import type { OAuthClient } from '../oauth/client.ts';
import { isText } from '../oauth/endpoint-call.ts';

/** CLIProxyAPI removed this sign-in in April 2026. */
export const mayHaveEnded = 'Qwen may have ended this way of signing in; it is tried all the same';

/** The public client of Qwen Code. */
export function qwenClient(tokenUrl: string): OAuthClient {
  return { clientId: 'f0304373b74a44d2b584a3fb70ca9e56', tokenUrl };
}

/** The host that the tokens are good for, as Qwen wrote it: it may lack the scheme and `/v1`. */
export function resourceIn({ raw }: TokenAnswer): { attributes?: Record<string, string> } {
  return isText(raw.resource_url) ? { attributes: { resourceUrl: raw.resource_url } } : {};
}

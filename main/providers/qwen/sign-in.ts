import type { StoredAccount } from '../../accounts/account.ts';
import {
  type DeviceFlow,
  type DeviceGrant,
  type FlowContext,
  SignInError,
  type TokenAnswer,
} from '../../accounts/sign-in/flow.ts';
import { newAccount, secretOf } from '../../accounts/sign-in/new-account.ts';
import { typedIdentity } from '../../accounts/sign-in/typed-name.ts';
import { deviceGrant } from '../oauth/device-grant.ts';
import { mayHaveEnded, qwenClient, resourceIn } from './client.ts';

/** The code lives at most so long, in milliseconds. */
const longestMs = 15 * 60_000;

export const deviceFlow: DeviceFlow = {
  method: 'device',
  verificationHosts: ['qwen.ai'],
  notice: mayHaveEnded,
  begin,
  finish,
};

async function begin(context: FlowContext): Promise<DeviceGrant> {
  const { authorize, token } = context.endpoints;
  const request = {
    deviceUrl: authorize,
    scope: 'openid profile email model.completion',
    pkce: true,
    longestMs,
    // What Qwen's own client does, in place of the 5 s more of RFC 8628.
    slower: (intervalMs: number) => Math.min(intervalMs * 1.5, 10_000),
  };
  try {
    return await deviceGrant(qwenClient(token), request, context);
  } catch (error) {
    if (error instanceof SignInError && error.code === 'exchange_failed')
      throw new SignInError(error.code, `${error.message}. ${mayHaveEnded}`);
    throw error;
  }
}

async function finish(tokens: TokenAnswer, context: FlowContext): Promise<StoredAccount> {
  const { expiresAt } = tokens;
  const identity = { label: 'Qwen account', ...(await typedIdentity(context)) };
  return newAccount(
    { provider: 'qwen', ...identity, ...resourceIn(tokens), ...(expiresAt === undefined ? {} : { expiresAt }) },
    secretOf(tokens),
  );
}

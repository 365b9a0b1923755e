import type { FlowContext, TokenAnswer } from '../../accounts/sign-in/flow.ts';
import { callEndpoint } from '../oauth/endpoint-call.ts';
import { type GoogleHosts, googleHosts } from './hosts.ts';

/** Whoever has just signed in, calling Google's APIs. */
export interface GoogleCaller {
  hosts: GoogleHosts;
  accessToken: string;
  context: FlowContext;
}

export function googleCaller({ accessToken }: Pick<TokenAnswer, 'accessToken'>, context: FlowContext): GoogleCaller {
  return { hosts: googleHosts(context.endpoints), accessToken, context };
}

/** POSTs `json`, or GETs without it. Rejects as callEndpoint does; a cancelled sign-in ends it. */
export async function callGoogle(
  { accessToken, context }: GoogleCaller,
  url: string,
  json?: object,
): Promise<Record<string, unknown>> {
  const answer = await callEndpoint(context.fetch, url, {
    method: json ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${accessToken}` },
    signal: context.signal,
    ...(json ? { json } : {}),
  });
  return answer.json;
}

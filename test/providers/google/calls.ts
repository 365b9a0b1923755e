import type { Account, Secret } from '../../../main/accounts/account.ts';
import type { ProviderRequest, ServingProvider, UpstreamCall } from '../../../main/providers/contract.ts';

export const hello = '{"contents":[{"parts":[{"text":"hi"}]}]}';

export function accountOf({ id }: ServingProvider, more: Partial<Account> = {}): Account {
  return { id: 'a', provider: id, kind: 'oauth', source: 'vault', label: 'A', paused: false, priority: 0, ...more };
}

/** The call that a provider makes of a request. */
export function prepared(
  provider: ServingProvider,
  request: Partial<Omit<ProviderRequest, 'body'>> & { body?: string },
  more: { account?: Partial<Account>; secret?: Secret; api?: string } = {},
): UpstreamCall {
  const { body = hello, ...rest } = request;
  const full: ProviderRequest = {
    wireFormat: 'gemini',
    operation: 'generate',
    model: 'gemini-3-pro-preview',
    stream: true,
    headers: { 'user-agent': 'Client/1', authorization: 'Bearer local', 'x-goog-api-key': 'local' },
    query: '',
    ...rest,
    body: Buffer.from(body),
  };
  const secret = more.secret ?? { accessToken: 'ya29.t' };
  const endpoints = { ...provider.defaultEndpoints, ...(more.api === undefined ? {} : { api: more.api }) };
  return provider.upstream.prepare(full, accountOf(provider, more.account), secret, endpoints);
}

export const bodyOf = ({ body }: UpstreamCall) => Buffer.concat(body).toString('utf8');
export const urlOf = ({ origin, path }: UpstreamCall) => `${origin}${path}`;

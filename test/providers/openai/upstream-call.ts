import type { Account, Secret } from '../../../main/accounts/account.ts';
import type { ProviderRequest, ServingProvider } from '../../../main/providers/contract.ts';
import type { FakeOpenai } from '../../upstreams/openai/server.ts';

/** An account of a provider. */
export const accountOf = (provider: string, more: Partial<Account> = {}): Account => ({
  id: 'a',
  provider,
  kind: 'api-key',
  source: 'vault',
  label: 'Owner',
  paused: false,
  priority: 0,
  ...more,
});

/** A request of a client, its body as an object. */
export function requestOf(body: object, more: Partial<ProviderRequest> = {}): ProviderRequest {
  const { model = 'm', stream = false } = body as { model?: string; stream?: boolean };
  return {
    wireFormat: 'openai-chat',
    operation: 'generate',
    model,
    stream,
    body: Buffer.from(JSON.stringify(body)),
    headers: {},
    query: '',
    ...more,
  };
}

/** What a provider makes of a request, with the body as an object. */
export function prepared(
  provider: ServingProvider,
  request: ProviderRequest,
  account: Account = accountOf(provider.id),
  secret: Secret = { apiKey: 'key', accessToken: 'token' },
  api = provider.defaultEndpoints.api,
) {
  const { body, ...call } = provider.upstream.prepare(request, account, secret, { ...provider.defaultEndpoints, api });
  return { ...call, json: JSON.parse(Buffer.concat(body).toString()) as Record<string, unknown> };
}

/** Sends a request through a provider to a fake; the status and the answer's body. */
export async function sent(
  provider: ServingProvider,
  fake: FakeOpenai,
  request: ProviderRequest,
  account: Account = accountOf(provider.id),
): Promise<{ status: number; body: unknown }> {
  const secret = { apiKey: fake.key, accessToken: fake.key };
  const endpoints = { ...provider.defaultEndpoints, api: fake.url };
  const call = provider.upstream.prepare(request, account, secret, endpoints);
  const answer = await fetch(call.origin + call.path, {
    method: call.method,
    headers: call.headers,
    body: Buffer.concat(call.body),
  });
  return { status: answer.status, body: await answer.json() };
}

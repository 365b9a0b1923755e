import { describe, expect, it } from 'vitest';
import { newAccount } from '../../../main/accounts/sign-in/new-account.ts';
import type { ProviderRequest, UpstreamCall } from '../../../main/providers/contract.ts';
import { createOpenaiProvider } from '../../../main/providers/openai/index.ts';

const { upstream, defaultEndpoints } = createOpenaiProvider({ userAgent: 'Fusebox/test' });
if (!upstream) throw new Error('OpenAI serves nothing');

const { account } = newAccount({ provider: 'openai', label: 'key' }, { apiKey: 'sk-test' });
const claude = { type: 'reasoning', encrypted_content: 'EqQBCgIYAhIkc2lnbmVk' };
const unknown = { type: 'reasoning', encrypted_content: 'x-own-way!' };
const gpt = { type: 'reasoning', encrypted_content: `gAAAA${'A'.repeat(95)}` };

function prepare(body: object, more: Partial<ProviderRequest> = {}, baseUrl?: string): UpstreamCall {
  const request: ProviderRequest = {
    wireFormat: 'openai-responses',
    operation: 'generate',
    model: 'gpt-5.5',
    stream: false,
    body: Buffer.from(JSON.stringify({ model: 'gpt-5.5', input: 'hi', ...body })),
    headers: {},
    query: '',
    ...more,
  };
  const asked = baseUrl === undefined ? account : { ...account, baseUrl };
  return upstream?.prepare(request, asked, { apiKey: 'sk-test' }, defaultEndpoints) as UpstreamCall;
}

const sent = (call: UpstreamCall) => JSON.parse(Buffer.concat([...call.body]).toString('utf8'));

describe("a Responses call of OpenAI's API", () => {
  it('goes on as it came, stored conversations and all', () => {
    const body = {
      previous_response_id: 'resp_1',
      store: true,
      temperature: 0.5,
      input: [{ type: 'item_reference', id: 'msg_1' }],
    };
    const call = prepare(body);
    expect(call).toMatchObject({ origin: 'https://api.openai.com', path: '/v1/responses' });
    expect(sent(call)).toEqual({ model: 'gpt-5.5', ...body });
    expect(call.dropped).toBeUndefined();
  });

  it('takes no reasoning of other models along', () => {
    const call = prepare({ input: [claude, gpt, unknown] });
    expect(sent(call).input).toEqual([gpt]);
    expect(call.dropped).toEqual(['input[0]', 'input[2]']);
  });

  it("leaves reasoning that may be another host's own to that host", () => {
    expect(sent(prepare({ input: [claude, gpt, unknown] }, {}, 'https://other.example/v1')).input).toEqual([
      gpt,
      unknown,
    ]);
  });

  it('shortens conversations at their own route', () => {
    expect(prepare({}, { operation: 'compact' }).path).toBe('/v1/responses/compact');
  });
});

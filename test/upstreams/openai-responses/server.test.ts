import { afterEach, describe, expect, it } from 'vitest';
import type { Json } from '../../../main/protocols/exact-json.ts';
import { readAnswer } from '../../../main/protocols/openai-responses/decoder.ts';
import { AnswerCollector } from '../../../main/protocols/translation/collect-answer.ts';
import { says } from './replies.ts';
import { gptSealing, xaiSealing } from './sealed.ts';
import { type FakeResponses, type FakeResponsesOptions, startFakeResponses } from './server.ts';

let fake: FakeResponses;
afterEach(() => fake.close());

async function start(options?: FakeResponsesOptions): Promise<void> {
  fake = await startFakeResponses(options);
}

function post(
  body: object,
  headers: Record<string, string> = { authorization: `Bearer ${fake.key}` },
): Promise<Response> {
  const sent = { model: 'gpt-5.5', input: 'hi', ...body };
  return fetch(`${fake.url}/responses`, { method: 'POST', headers, body: JSON.stringify(sent) });
}

const tool = { type: 'function', name: 'a', parameters: { type: 'object' } };

describe('the fake Responses API', () => {
  it('answers whole with everything that was scripted', async () => {
    await start();
    fake.script({
      ...says('Sunny.'),
      reasoning: ['Hm.'],
      search: { query: 'weather', sources: ['https://w.example'] },
      customCalls: [{ name: 'patch', input: 'text' }],
      usage: { input: 10, cached: 4, output: 5, reasoning: 2 },
    });
    const collector = new AnswerCollector();
    collector.push(readAnswer((await (await post({})).json()) as Json));
    const { parts, usage } = collector.answer();
    expect(parts.map(({ start: { kind } }) => kind)).toEqual([
      'thinking',
      'search-call',
      'search-result',
      'text',
      'tool-call',
    ]);
    expect(usage).toMatchObject({ inputTokens: 6, cacheReadTokens: 4, outputTokens: 5, reasoningTokens: 2 });
  });

  it('goes on from the answers that it has stored', async () => {
    await start();
    const { id } = (await (await post({})).json()) as { id: string };
    expect((await post({ previous_response_id: id })).status).toBe(200);
    const unknown = await post({ previous_response_id: 'resp_other' });
    expect(await unknown.json()).toMatchObject({ error: { code: 'previous_response_not_found' } });
  });

  it.each([
    ['an unknown field', { max_tokens: 5 }, 'unknown_parameter'],
    ['an unknown model', { model: 'gpt-9' }, 'model_not_found'],
    ['too small a limit', { max_output_tokens: 4 }, 'integer_below_min_value'],
    [
      'input of the other role',
      { input: [{ role: 'assistant', content: [{ type: 'input_text', text: 'x' }] }] },
      'invalid_value',
    ],
    ['a schema that is no object', { tools: [{ ...tool, parameters: {} }] }, 'invalid_function_parameters'],
    [
      'an open schema where it must be strict',
      { text: { format: { type: 'json_schema', name: 'a', schema: {}, strict: true } } },
      'invalid_json_schema',
    ],
    [
      'foreign reasoning',
      { input: [{ type: 'reasoning', summary: [], encrypted_content: 'abc' }] },
      'invalid_encrypted_content',
    ],
  ])('refuses %s', async (_what, body, code) => {
    await start();
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code } });
  });

  it('refuses keys that it does not know', async () => {
    await start();
    expect((await post({}, { authorization: 'Bearer sk-other' })).status).toBe(401);
  });

  it('is xAI where it is told so', async () => {
    await start({ flavour: 'xai', keys: [], tokens: ['token'] });
    const marked = { authorization: 'Bearer token', 'x-xai-token-auth': 'xai-grok-cli' };
    const grok = { model: 'grok-4.5' };
    expect((await post(grok, marked)).status).toBe(200);
    expect((await post(grok, { authorization: 'Bearer token' })).status).toBe(401);
    expect((await post({ ...grok, safety_identifier: 'x' }, marked)).status).toBe(400);
    expect((await post({ ...grok, tools: [{ type: 'namespace', name: 'n' }] }, marked)).status).toBe(400);
    const own = { type: 'reasoning', summary: [], encrypted_content: xaiSealing.seal('x') };
    expect((await post({ ...grok, input: [own, { role: 'user', content: 'hi' }] }, marked)).status).toBe(200);
    const foreign = { ...own, encrypted_content: gptSealing.seal('x') };
    expect((await post({ ...grok, input: [foreign] }, marked)).status).toBe(400);
  });
});

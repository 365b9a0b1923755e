import { expect, it, onTestFinished } from 'vitest';
import { createIflowProvider } from '../../../main/providers/iflow/index.ts';
import { startFakeOpenai } from '../../upstreams/openai/server.ts';
import { accountOf, prepared, requestOf, sent } from '../openai/upstream-call.ts';

const now = 1_760_000_000_000;
const iflow = createIflowProvider({ userAgent: 'Fusebox/1', installId: 'install', now: () => now });
const body = { model: 'glm-4.6', messages: [{ role: 'user', content: 'hi' }] };

it('a request is signed with the key, and a list of no tools is left out', async () => {
  const fake = await startFakeOpenai({ flavour: 'iflow', now: () => now });
  onTestFinished(() => fake.close());
  const answer = await sent(iflow, fake, requestOf({ ...body, tools: [], tool_choice: 'auto' }), accountOf('iflow'));
  expect(answer.status).toBe(200);
  const late = createIflowProvider({ userAgent: 'Fusebox/1', installId: 'install', now: () => now + 3_600_000 });
  expect((await sent(late, fake, requestOf(body), accountOf('iflow'))).status).toBe(403);
});

it('the session is the conversation, or the installation', () => {
  const session = (sessionId?: () => string) =>
    prepared(iflow, requestOf(body, sessionId ? { sessionId } : {})).headers['session-id'];
  expect([session(() => 'talk'), session()]).toEqual(['session-talk', 'session-install']);
});

it.each([
  ['glm-4.6', 'glm-4.6'],
  ['kimi-k2', 'kimi-k2'],
  ['tstars3', 'tstars3'],
  ['glm-9', undefined],
])('%s is %s', (name, id) => {
  expect(iflow.upstream.resolveModel(accountOf('iflow'), name)).toBe(id);
});

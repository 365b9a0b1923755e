import { writeFile } from 'node:fs/promises';
import { afterAll, beforeEach, describe, test } from 'vitest';
import { anthropicClients } from './clients/anthropic.ts';
import { genaiClients } from './clients/genai.ts';
import { openaiChatClients } from './clients/openai-chat.ts';
import { openaiResponsesClients } from './clients/openai-responses.ts';
import { startGateway } from './gateway.ts';
import { conformancePage, type Result } from './page.ts';
import { scenarios } from './scenarios.ts';
import { startUpstreams } from './upstreams/index.ts';

const clients = [...anthropicClients, ...openaiChatClients, ...openaiResponsesClients, ...genaiClients];
const upstreams = await Promise.all(startUpstreams.map((start) => start()));
const gateway = await startGateway(upstreams);
const results: Result[] = [];

beforeEach(async () => {
  for (const upstream of upstreams) upstream.clear();
  await gateway.reset();
});

afterAll(async () => {
  await gateway.close();
  await Promise.all(upstreams.map((upstream) => upstream.close()));
  const isWhole = results.length === clients.length * upstreams.length * Object.keys(scenarios).length;
  if (isWhole) await writeFile('docs/conformance.md', conformancePage(results));
});

describe.each(upstreams)('$label', (upstream) => {
  describe.each(clients)('$id', (client) => {
    const target = { origin: gateway.origin, model: `${upstream.prefix}/${upstream.model}` };
    const pair = { client, upstream, talk: () => client.talk(target), reset: gateway.reset };

    test.each(Object.entries(scenarios))('%s', async (scenario, run) => {
      const reason = upstream.cannot?.[scenario];
      if (reason === undefined) await run(pair);
      results.push({ client: client.id, upstream: upstream.label, scenario, outcome: reason ?? 'passed' });
    });
  });
});

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatgptFamily, claudeFamily, type Family, geminiFamily } from '../clients/family.ts';
import { type ConformanceGateway, startGateway } from '../conformance/gateway.ts';

interface Client {
  path(model: string, stream: boolean): string;
  body: object;
  /** In every whole stream, and in none that broke off. */
  end: RegExp;
  /** How a stream says that it broke off. */
  failure: RegExp;
}

const user = { role: 'user', content: 'say hi' };
const clients: Record<string, Client> = {
  messages: {
    path: () => '/v1/messages',
    body: { max_tokens: 1000, messages: [user], thinking: { type: 'enabled', budget_tokens: 1024 } },
    end: /"type":\s*"message_stop"/,
    failure: /^event: error$/m,
  },
  chat: {
    path: () => '/v1/chat/completions',
    body: { messages: [user], stream_options: { include_usage: true } },
    end: /^data: \[DONE\]$/m,
    failure: /^data: \{"error"/m,
  },
  responses: {
    path: () => '/v1/responses',
    body: { input: 'say hi' },
    end: /^event: response\.completed$/m,
    failure: /^event: (response\.failed|error)$/m,
  },
  generateContent: {
    path: (model, stream) =>
      `/v1beta/models/${encodeURIComponent(model)}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: { contents: [{ role: 'user', parts: [{ text: 'say hi' }] }] },
    end: /"finishReason"/,
    failure: /^data: ?\{"error"/m,
  },
};

const families: Family[] = [];
let gateway: ConformanceGateway;
beforeAll(async () => {
  families.push(await claudeFamily(), await chatgptFamily(), await geminiFamily());
  gateway = await startGateway(families);
});
afterAll(async () => {
  await gateway.close();
  await Promise.all(families.map((family) => family.close()));
});

const cuts = fc.record({
  at: fc.nat(2),
  afterBytes: fc.oneof(fc.nat(4_000), fc.nat(400)),
  reset: fc.boolean(),
  chunkBytes: fc.integer({ min: 1, max: 300 }),
  packed: fc.boolean(),
});

describe.each(Object.entries(clients))('an answer that may be cut at any byte, as %s', (_name, client) => {
  it.each([true, false])('is whole, or says that it is not (stream: %s)', { timeout: 60_000 }, async (stream) => {
    await fc.assert(
      fc.asyncProperty(cuts, async ({ at, afterBytes, reset, chunkBytes, packed }) => {
        const family = families[at];
        if (!family) throw new Error('there are three');
        const delivery = { cut: { afterBytes, reset }, chunkBytes, ...(packed ? { encoding: 'gzip' as const } : {}) };
        family.script(() => true, { thinking: 'Let me see.', text: 'Grüße aus der Sicherung ⚡', delivery });
        const [{ account } = { account: { prefix: '' } }] = family.accounts;
        const model = `${account.prefix}/${family.model}`;
        const answer = await fetch(gateway.origin + client.path(model, stream), {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ ...client.body, model, stream }),
          signal: AbortSignal.timeout(10_000),
        });
        const text = await answer.text().catch(() => 'cut off');
        await gateway.reset();
        const what = `${answer.status} after ${afterBytes} bytes of ${family.model}: ${text}`;
        if (answer.status !== 200) expect(JSON.parse(text), what).toHaveProperty('error.message');
        else if (stream) expect([client.end.test(text), client.failure.test(text)].sort(), what).toEqual([false, true]);
        // Half of a plain body that passes as it comes can only be cut.
        else if (text !== 'cut off') expect(JSON.stringify(JSON.parse(text)), what).toContain('Sicherung');
      }),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 60) },
    );
  });
});

import { expect, it } from 'vitest';
import { hello, startEngine } from './harness.ts';

const claudeCode = "You are Claude Code, Anthropic's official CLI for Claude.";

it('sends each of many large bodies on as it came, but for the line that subscriptions need', async () => {
  const { messages, anthropic } = await startEngine();
  const contents = Array.from({ length: 8 }, (_, at) => `${at} "quoted"\n`.repeat(20_000 + at * 30_000));
  for (const path of ['/v1/messages', '/api/provider/anthropic/v1/messages']) {
    const answers = await Promise.all(
      contents.map((content) => messages({ messages: [{ role: 'user', content }] }, { path })),
    );
    expect(answers.map(({ status }) => status)).toEqual(contents.map(() => 200));
  }
  const sent = anthropic.requests.map(({ json }) => json as { system: unknown; messages: { content: string }[] });
  const expected = [...contents, ...contents].sort();
  expect(sent.map((body) => body.messages[0]?.content).sort()).toEqual(expected);
  for (const body of sent) expect(body).toMatchObject({ ...hello, messages: [{}], system: [{ text: claudeCode }] });
  expect(anthropic.violations).toEqual([]);
});

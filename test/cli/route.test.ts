import { describe, expect, it } from 'vitest';
import { newHome, placeOf, run, serve } from './fusebox.ts';

const settings = {
  ampcode: {
    'upstream-url': 'http://127.0.0.1:9',
    'model-mappings': [{ from: 'gpt-5', to: 'claude-opus-4-8(high)' }],
  },
  'claude-api-key': [{ 'api-key': 'sk-ant-api03-not-a-real-key', 'base-url': 'http://127.0.0.1:9', prefix: 'home' }],
};

describe('fusebox route', () => {
  it("shows a table for Amp's routes, with what their mappings do", async () => {
    const home = await newHome(settings);
    await serve(home);
    const { code, stdout, stderr } = await run(['route', 'gpt-5', ...placeOf(home)], home);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain("gpt-5 in anthropic on Amp's routes: one attempt\n");
    expect(stdout).toContain('Mapped to claude-opus-4-8(high) by gpt-5 → claude-opus-4-8(high)\n');
    expect(stdout).toMatch(/1 {2}API key home +claude +claude-opus-4-8 +the only account that serves this model/);
    expect(stdout).not.toContain('not-a-real-key');
  });

  it('tells of the plain API and another wire format as JSON', async () => {
    const home = await newHome(settings);
    await serve(home);
    const wishes = ['--surface', 'direct', '--format', 'openai-responses', '--json'];
    const { code, stdout } = await run(['route', 'o3', ...wishes, ...placeOf(home)], home);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      asked: { model: 'o3', format: 'openai-responses', surface: 'direct' },
      attempts: [],
      refusal: { code: 'model_not_found' },
    });
  });

  it('ends with 3 when nothing runs', async () => {
    const home = await newHome();
    expect((await run(['route', 'gpt-5', ...placeOf(home)], home)).code).toBe(3);
  });
});

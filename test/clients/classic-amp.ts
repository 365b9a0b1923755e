import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { callsTools, says } from '../upstreams/anthropic/replies.ts';
import { isObject, type JsonObject, objectsIn } from '../upstreams/json.ts';
import type { RecordedRequest } from '../upstreams/recording.ts';
import { type ClassicAmp, runAmp } from './amp.ts';
import { type Home, makeHome } from './home.ts';
import type { Finished } from './program.ts';
import type { Stage } from './stage.ts';
import { startTap } from './tap.ts';

/** Amp packs request bodies that are longer. */
const packedAbove = 25_600;

/** What a classic Amp must be able to do, wherever its models are served. Call it inside `describe`. */
export function itWorksWith(client: ClassicAmp, setUp: () => Promise<Stage>): void {
  const { models } = client;
  let stage: Stage;
  let home: Home;
  beforeAll(async () => {
    stage = await setUp();
  });
  afterAll(() => stage.close());
  beforeEach(async () => {
    stage.forget();
    home = await makeHome();
  });
  afterEach(() => home.remove());

  const amp = (...args: string[]): Promise<Finished> => runAmp(client, args, { ...stage, home });

  it('prints what Claude says, has the title made by Claude too, and uploads the thread to Amp', async () => {
    expect(await amp('-x', 'say hi')).toEqual({ exit: 0, stdout: `${stage.claudeText}\n`, stderr: '' });
    const calls = claudeCalls(stage);
    const [main, title] = [calls.filter(isMainCall), calls.filter((call) => !isMainCall(call))];
    expect(title).toMatchObject([
      { status: 200, json: { model: expect.stringMatching(/haiku/), tool_choice: { name: 'set_title' } } },
    ]);
    expect(main).toMatchObject([{ status: 200, json: { model: expect.stringMatching(models.smart) } }]);
    expect(stage.amp.calls('getUserInfo')[0]).toMatchObject({ status: 200 });
    const uploads = stage.amp.calls('uploadThread');
    expect(uploads.at(-1)).toMatchObject({ status: 200 });
    expect(JSON.stringify(uploads.at(-1)?.json)).toContain(stage.claudeText);
  });

  it('lists the threads that Amp has', async () => {
    const id = 'T-00000000-0000-4000-8000-000000000001';
    stage.amp.threads.put({ id, v: 1, title: 'Mending the fuse', created: Date.now(), messages: [] });
    const { exit, stdout } = await amp('threads', 'list');
    expect(exit).toBe(0);
    expect(stdout).toContain('Mending the fuse');
    expect(stdout).toContain(id);
  });

  it.each(['rush', 'large'] as const)('works in %s mode', async (mode) => {
    expect(await amp('-m', mode, '-x', 'say hi')).toEqual({ exit: 0, stdout: `${stage.claudeText}\n`, stderr: '' });
    const main = claudeCalls(stage).filter(isMainCall);
    expect(main.map(({ status, json }) => [status, (json as JsonObject).model])).toEqual([
      [200, expect.stringMatching(models[mode])],
    ]);
  });

  it('runs the tool that Claude calls and hands Claude what it gave', async () => {
    await writeFile(join(home.workspace, 'note.txt'), 'The fuse is rated at 16 ampere.\n');
    const read = { name: 'Read', id: 'toolu_01ReadTheNote', input: { path: join(home.workspace, 'note.txt') } };
    stage.claude.script(
      { when: isMainCall, reply: callsTools([read], { text: 'Let me look.', thinking: 'The note will tell.' }) },
      { when: isMainCall, reply: says('It is rated at 16 ampere.') },
    );
    expect(await amp('-x', 'what is the fuse rated at?')).toEqual({
      exit: 0,
      stdout: 'It is rated at 16 ampere.\n',
      stderr: '',
    });
    expect(stage.claude.unusedReplies()).toBe(0);
    const [, second] = claudeCalls(stage).filter(isMainCall);
    expect(second).toMatchObject({ status: 200 });
    expect(JSON.stringify(toolResults(second))).toContain('The fuse is rated at 16 ampere.');
  });

  it('uploads a long thread packed, and not one byte of it changes on the way', async () => {
    const tap = await startTap(stage.url);
    const prompt = `say hi ${'and again '.repeat(packedAbove / 8)}`;
    const { exit, stdout } = await runAmp(client, ['-x', prompt], { ...stage, url: tap.url, home });
    await tap.close();
    expect([exit, stdout]).toEqual([0, `${stage.claudeText}\n`]);
    const upload = stage.amp.calls('uploadThread').at(-1);
    if (!upload) throw new Error('nothing was uploaded');
    expect(upload.headers).toMatchObject({ 'content-encoding': 'gzip', 'content-length': String(upload.bodyBytes) });
    expect(gunzipSync(upload.body).toString()).toContain('and again and again');
    expect(gunzipSync(upload.body).length).toBeGreaterThan(packedAbove);
    expect(tap.sent().includes(upload.body)).toBe(true);
  });
}

export function claudeCalls(stage: Stage): RecordedRequest[] {
  return stage.claude.requests.filter(({ path }) => path.endsWith('/v1/messages'));
}

/** The agent's call, in contrast to the one for the title. */
export function isMainCall({ path, json }: RecordedRequest): boolean {
  return path.endsWith('/v1/messages') && isObject(json) && json.stream === true;
}

function toolResults(request: RecordedRequest | undefined): JsonObject[] {
  const messages = isObject(request?.json) ? objectsIn(request.json.messages) : [];
  return messages.flatMap(({ content }) => objectsIn(content)).filter(({ type }) => type === 'tool_result');
}

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { RecordedRequest } from '../upstreams/recording.ts';
import { type ClassicAmp, runAmp } from './amp.ts';
import { chatgptFamily, type Family, geminiFamily } from './family.ts';
import { type FamilyStage, familyStage } from './family-stage.ts';
import { makeHome } from './home.ts';

const families = { ChatGPT: chatgptFamily, Gemini: geminiFamily };

/** A classic Amp whose every model is served by an account of another family than it asks for. Call it inside `describe`. */
export function itIsServedByOtherFamilies(client: ClassicAmp, modes: readonly string[]): void {
  describe.each(Object.entries(families))('with nothing but a %s account', (_label, makeFamily) => {
    let stage: FamilyStage;
    beforeAll(async () => {
      stage = await familyStage(makeFamily, everyModelMapped);
    });
    afterAll(() => stage.close());
    beforeEach(() => stage.forget());

    const amp = async (prompt: string, ...args: string[]) => {
      const home = await makeHome();
      onTestFinished(() => home.remove());
      await writeFile(join(home.workspace, 'note.txt'), 'The fuse is rated at 16 ampere.\n');
      return { home, run: () => runAmp(client, [...args, '-x', prompt], { ...stage, home }) };
    };
    const servedBy = () => stage.family.requests.map(({ status }) => status);
    const paid = () => stage.amp.requests.filter(({ path }) => path.startsWith('/api/provider'));

    it.each(modes)('prints the answer in %s mode, and pays Amp nothing', async (mode) => {
      const { run } = await amp('say hi', ...(mode === 'smart' ? [] : ['-m', mode]));
      expect(await run()).toEqual({ exit: 0, stdout: `${stage.family.text}\n`, stderr: '' });
      expect(servedBy()).toEqual([200, 200]);
      expect(paid()).toEqual([]);
    });

    it('runs the tool that the model calls and hands the model what it gave', async () => {
      const { home, run } = await amp('what is the fuse rated at?');
      const path = join(home.workspace, 'note.txt');
      stage.family.script(
        isMain,
        { thinking: 'The note will tell.', text: 'Let me look.', calls: [{ name: 'Read', input: { path } }] },
        { text: 'It is rated at 16 ampere.' },
      );
      expect(await run()).toEqual({ exit: 0, stdout: 'It is rated at 16 ampere.\n', stderr: '' });
      expect(stage.family.unusedReplies()).toBe(0);
      expect(new Set(servedBy())).toEqual(new Set([200]));
      expect(lastBody(stage.family)).toContain('The fuse is rated at 16 ampere.');
      expect(paid()).toEqual([]);
    });

    // The oracle speaks the Responses API, the finder Google's.
    it.each([
      ['oracle', { task: 'Say whether 16 ampere is enough.' }],
      ['finder', { query: 'Where is said whether 16 ampere is enough?' }],
    ])('asks its %s', async (name, input) => {
      const { run } = await amp('is 16 ampere enough?');
      stage.family.script(
        isMain,
        { calls: [{ name, input }] },
        { text: `The ${name} says so.` },
        { text: 'It is enough.' },
      );
      expect(await run()).toEqual({ exit: 0, stdout: 'It is enough.\n', stderr: '' });
      expect(lastBody(stage.family)).toContain(`The ${name} says so.`);
      expect(paid()).toEqual([]);
    });
  });
}

/** Whatever Amp asks for is served by the account's one model. */
function everyModelMapped({ model }: Family): Record<string, unknown> {
  return { ampcode: { 'model-mappings': [{ from: '.*', to: model, regex: true }], 'force-model-mappings': true } };
}

/** Not the one for the title. */
function isMain({ json }: RecordedRequest): boolean {
  return !JSON.stringify(json ?? {}).includes('set_title');
}

function lastBody({ requests }: Family): string {
  return JSON.stringify(requests.findLast(isMain)?.json);
}

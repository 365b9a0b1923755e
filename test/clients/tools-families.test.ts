import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import { chatgptFamily, claudeFamily, type Family, geminiFamily } from './family.ts';
import { type FamilyStage, familyStage } from './family-stage.ts';
import { makeHome } from './home.ts';
import { claudeCode, codex, geminiCli, type OtherTool } from './tools.ts';
import { describeWith } from './with-client.ts';

const pairs: readonly [OtherTool, string, () => Promise<Family>][] = [
  [claudeCode, 'ChatGPT', chatgptFamily],
  [claudeCode, 'Gemini', geminiFamily],
  [codex, 'Claude', claudeFamily],
  [codex, 'Gemini', geminiFamily],
  [geminiCli, 'Claude', claudeFamily],
  [geminiCli, 'ChatGPT', chatgptFamily],
];

for (const [tool, label, makeFamily] of pairs)
  await describeWith(tool, `with nothing but a ${label} account`, () => {
    let stage: FamilyStage;
    beforeAll(async () => {
      stage = await familyStage(makeFamily);
    });
    afterAll(() => stage.close());
    beforeEach(() => stage.forget());

    const run = async (prompt: string) => {
      const home = await makeHome();
      onTestFinished(() => home.remove());
      const note = join(home.workspace, 'note.txt');
      await writeFile(note, 'The fuse is rated at 16 ampere.\n');
      return { note, run: () => tool.run(prompt, { url: stage.url, model: stage.family.model, home }) };
    };
    const answered = () => new Set(stage.family.requests.map(({ status }) => status));

    it('prints what the model says', async () => {
      const program = await run('say hi');
      const { exit, stdout } = await program.run();
      expect([exit, stdout.trim()]).toEqual([0, stage.family.text]);
      expect(answered()).toEqual(new Set([200]));
    });

    it('runs the tool that the model calls and hands the model what it gave', async () => {
      const program = await run('what is the fuse rated at?');
      stage.family.script(
        () => true,
        { thinking: 'The note will tell.', calls: [tool.read(program.note)] },
        { text: 'It is rated at 16 ampere.' },
      );
      const { exit, stdout } = await program.run();
      expect([exit, stdout.trim()]).toEqual([0, 'It is rated at 16 ampere.']);
      expect(answered()).toEqual(new Set([200]));
      expect(stage.family.unusedReplies()).toBe(0);
      expect(JSON.stringify(stage.family.requests.at(-1)?.json)).toContain('The fuse is rated at 16 ampere.');
    });
  });

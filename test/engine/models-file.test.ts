import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../main/clock.ts';
import { createModelsFile } from '../../main/engine/models-file.ts';
import { startEngine } from './harness.ts';

const tableOf = (models: string) => `version: 1\nproviders:\n  claude:\n    models:\n${models}`;
const ids = async (url: string) =>
  ((await (await fetch(`${url}/v1/models`)).json()) as { data: { id: string }[] }).data.map(({ id }) => id);

describe("the owner's table of models", () => {
  it('is read from the data folder, and followed', async () => {
    const { url, dataDir, messages, anthropic } = await startEngine();
    await writeFile(
      join(dataDir, 'models.yaml'),
      tableOf('      - { id: claude-zebra-1, context: 300000, output: 9000, aliases: [zebra] }\n'),
    );
    await expect.poll(() => ids(url)).toContain('zebra');
    const [zebra] = (
      (await (await fetch(`${url}/v1/models`)).json()) as { data: { id: string; context_length: number }[] }
    ).data.filter(({ id }) => id === 'claude-zebra-1');
    expect(zebra?.context_length).toBe(300_000);
    anthropic.forget();
    // A client that names no limit gets the one of the table.
    await messages({ model: 'zebra', max_tokens: undefined });
    expect(anthropic.requests[0]?.json).toMatchObject({ model: 'claude-zebra-1', max_tokens: 9000 });
  });

  it('is the one that the settings name, and names and exclusions of the settings hold at once', async () => {
    const { url, dataDir, settings } = await startEngine();
    const file = join(dataDir, 'mine.json');
    await writeFile(
      file,
      JSON.stringify({ version: 1, providers: { claude: { replace: true, models: [{ id: 'claude-opus-5' }] } } }),
    );
    await settings.update({ 'models-file': file });
    await expect.poll(() => ids(url)).toEqual(['claude-opus-5']);
    await settings.update({
      'models-file': null,
      'oauth-excluded-models': { claude: ['claude-[!]*', 'claude-*-4*', 'claude-3*', '*fable*', '*sonnet*'] },
      'oauth-model-alias': { claude: [{ name: 'claude-opus-5', alias: 'best', fork: false }] },
    });
    await expect.poll(() => ids(url)).toEqual(['best']);
  });

  it.each([
    [
      'cannot change where a provider is',
      'providers:\n  claude:\n    api: https://evil.example\n    models: []\n',
      'api',
    ],
    ['knows its providers', 'providers:\n  nobody:\n    models: []\n', 'providers'],
    ['has limits that are numbers', 'providers:\n  claude:\n    models: [{ id: x, context: many }]\n', 'context'],
    ['is YAML', 'providers: [\n', 'line 3'],
    ['is not endless', `# ${'x'.repeat(1024 * 1024)}\n`, 'larger'],
  ])('%s', async (_name, text, words) => {
    const { dataDir } = await startEngine();
    const file = join(dataDir, 'bad.yaml');
    await writeFile(file, `version: 1\n${text}`);
    const warnings: string[] = [];
    const models = createModelsFile({
      clock: systemClock,
      providers: ['claude'],
      log: { warn: (message) => void warnings.push(message) },
      onChange: () => {},
    });
    onTestFinished(() => models.close());
    await models.follow(file);
    expect(models.problem()).toContain(words);
    expect(models.tables().size).toBe(0);
    expect(warnings).toHaveLength(1);
  });

  it('that gets worse stays in force as it was', async () => {
    const { url, dataDir, logLines } = await startEngine();
    const file = join(dataDir, 'models.yaml');
    await writeFile(file, tableOf('      - { id: claude-zebra-1 }\n'));
    await expect.poll(() => ids(url)).toContain('claude-zebra-1');
    await writeFile(file, tableOf('      - { id: claude-zebra-1, contxt: 5 }\n'));
    await expect.poll(() => logLines.join('')).toContain('The table of models cannot be used');
    expect(await ids(url)).toContain('claude-zebra-1');
  });
});

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startEngine } from './harness.ts';

describe('a log file that cannot be written', () => {
  it('does not keep a change of the settings, or a request, from its effect', async () => {
    const { dataDir, settings, logLines, messages } = await startEngine();
    const folder = join(dataDir, 'logs');
    await writeFile(folder, 'a file in the way of the folder');
    await settings.update({ 'logging-to-file': true, 'log-level': 'debug' });
    expect(settings.current()['logging-to-file']).toBe(true);
    expect(logLines.some((line) => line.includes('There is no log file: it cannot be opened'))).toBe(true);
    expect((await messages()).status).toBe(200);
    await rm(folder);
    await settings.update({ 'log-level': 'info' });
    await settings.update({ routing: { strategy: 'fill-first' } });
    expect(await readFile(join(folder, 'fusebox.log'), 'utf8')).toContain('"level"');
  });

  it('is told of once, wherever else the log goes', async () => {
    const { dataDir, settings, logLines } = await startEngine();
    const folder = join(dataDir, 'logs');
    for (const part of ['fusebox.log.1', 'fusebox.log.2']) await mkdir(join(folder, part, 'full'), { recursive: true });
    await writeFile(join(folder, 'fusebox.log'), `${'x'.repeat(99_999)}\n`);
    // Parts of a hundred kilobytes.
    await settings.update({ 'logging-to-file': true, 'logs-max-total-size-mb': 1 });
    for (const strategy of ['fill-first', 'round-robin', 'fill-first', 'round-robin'] as const)
      await settings.update({ routing: { strategy } });
    expect(logLines.filter((line) => line.includes('The log file cannot be written'))).toHaveLength(1);
  });
});

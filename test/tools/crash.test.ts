import { expect, it } from 'vitest';
import { type ConfigFiles, nodeConfigFiles } from '../../main/tools/config-files.ts';
import { makeBench, statusOf } from './machine.ts';

/** Files of a process that is gone after so many writes: whatever it wants then, nothing happens. */
function endingAfter(writes: number): ConfigFiles {
  let left = writes;
  const gone = new Error('the process has ended');
  const step = async (act: () => Promise<void>) => {
    if (left === 0) throw gone;
    left--;
    await act();
  };
  return {
    ...nodeConfigFiles,
    write: (file, text, isPrivate) => step(() => nodeConfigFiles.write(file, text, isPrivate)),
    remove: (file) => step(() => nodeConfigFiles.remove(file)),
  };
}

const files = ['.gemini/settings.json', '.gemini/.env'];
const before = ['{\n  // mine\n  "a": 1\n}\n', 'A=1\n'];
const writesOfConnect = 3;

for (let writes = 0; writes <= writesOfConnect; writes++)
  it(`has the true original after a crash behind write ${writes} of connecting, and a second connect`, async () => {
    const bench = await makeBench();
    for (const [at, file] of files.entries()) await bench.write(file, before[at] ?? '');
    const crash = bench.desk(endingAfter(writes)).connect({ id: 'gemini-cli' });
    if (writes < writesOfConnect) await expect(crash).rejects.toThrow('the process has ended');
    else await crash;
    const found = await statusOf(bench.desk(), 'gemini-cli');
    expect(found).toBe(['not-connected', 'not-connected', 'outdated', 'connected'][writes]);

    await bench.desk().connect({ id: 'gemini-cli' });
    expect(await statusOf(bench.desk(), 'gemini-cli')).toBe('connected');
    await bench.desk().restore({ id: 'gemini-cli' });
    expect(await Promise.all(files.map(bench.read))).toEqual(before);
  });

for (let writes = 0; writes <= writesOfConnect; writes++)
  it(`can be put back at once after a crash behind write ${writes} of restoring`, async () => {
    const bench = await makeBench();
    for (const [at, file] of files.entries()) await bench.write(file, before[at] ?? '');
    await bench.desk().connect({ id: 'gemini-cli' });
    await bench
      .desk(endingAfter(writes))
      .restore({ id: 'gemini-cli' })
      .catch(() => undefined);
    if (writes < writesOfConnect) await bench.desk().restore({ id: 'gemini-cli' });
    expect(await Promise.all(files.map(bench.read))).toEqual(before);
    expect(await bench.read('data/tools/gemini-cli.json')).toBeUndefined();
  });

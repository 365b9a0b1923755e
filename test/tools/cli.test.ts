import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newHome, placeOf, run, serve } from '../cli/fusebox.ts';

it('lists tools, shows what would be written, connects one and puts it back without a gateway', async () => {
  const home = await newHome();
  const file = join(home.dir, '.codex', 'config.toml');
  await mkdir(join(home.dir, '.codex'));
  await writeFile(file, '# mine\nmodel = "x"\n');
  const tools = (...args: string[]) => run(['tools', ...args, ...placeOf(home)], home);
  const gateway = await serve(home);

  expect((await tools()).stdout).toMatch(/^codex +Codex +not connected$/m);
  const dry = await tools('connect', 'codex', '--dry-run');
  expect(dry.stdout).toContain(`${file} (changed)\n+ model_provider = "fusebox"\n`);
  expect(await readFile(file, 'utf8')).toBe('# mine\nmodel = "x"\n');

  expect((await tools('connect', 'Codex')).stdout).toContain('Codex: connected\n');
  expect(await readFile(file, 'utf8')).toContain(`base_url = "${gateway.url}/v1"`);
  await gateway.stop();

  expect(await tools('connect', 'amp')).toMatchObject({ code: 1, stderr: expect.stringContaining('not running') });
  const { stdout } = await tools('restore', 'codex', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ tool: { id: 'codex', status: 'not-connected' } });
  expect(await readFile(file, 'utf8')).toBe('# mine\nmodel = "x"\n');
  expect(await tools('restore', 'codex')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is not connected'),
  });
  expect(await tools('restore', 'emacs')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('There are: amp,'),
  });
});

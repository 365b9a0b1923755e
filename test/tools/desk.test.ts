import { chmod, lstat, mkdir, readdir, readFile, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeConfigFiles } from '../../main/tools/config-files.ts';
import type { ToolError } from '../../main/tools/problem.ts';
import { makeBench, statusOf, url } from './machine.ts';

const settings = '.config/amp/settings.json';
const secrets = '.local/share/amp/secrets.json';
const claude = '.claude/settings.json';
const codex = '.codex/config.toml';

/** What a call was refused with. */
async function refusal(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'done',
    (error: ToolError) => error.code,
  );
}

describe('connecting', () => {
  it('writes the address, says so, and puts the file back byte for byte', async () => {
    const bench = await makeBench();
    const before = '{\r\n\t// mine\r\n\t"amp.url": "https://ampcode.com", // why\r\n}';
    const file = await bench.write(settings, before);
    await chmod(file, 0o640);
    const desk = bench.desk();
    expect(await statusOf(desk, 'amp')).toBe('not-connected');
    await desk.connect({ id: 'amp' });
    expect(desk.views().find(({ id }) => id === 'amp')).toMatchObject({
      status: 'connected',
      backup: bench.at('data/tools/amp.json'),
      since: 1_000,
    });
    expect(await bench.read(settings)).toBe(before.replace('https://ampcode.com', url));
    expect((await stat(file)).mode & 0o777).toBe(0o640);
    await desk.restore({ id: 'amp' });
    expect(await bench.read(settings)).toBe(before);
    expect((await stat(file)).mode & 0o777).toBe(0o640);
    expect(await readdir(bench.at('data/tools'))).toEqual([]);
  });

  it('makes a file that was not there, for its owner only, and takes it away again', async () => {
    const bench = await makeBench();
    await mkdir(bench.at('.claude'));
    const desk = bench.desk();
    await desk.connect({ id: 'claude-code' });
    expect(JSON.parse((await bench.read(claude)) ?? '')).toEqual({
      env: { ANTHROPIC_BASE_URL: url, ANTHROPIC_AUTH_TOKEN: 'fusebox' },
    });
    expect((await stat(bench.at(claude))).mode & 0o777).toBe(0o600);
    await desk.restore({ id: 'claude-code' });
    expect(await bench.read(claude)).toBeUndefined();
  });

  it('writes through a symbolic link and leaves it a link', async () => {
    const bench = await makeBench();
    const target = await bench.write('dotfiles/amp.json', '{}\n');
    await mkdir(bench.at('.config/amp'), { recursive: true });
    await symlink(target, bench.at(settings));
    const desk = bench.desk();
    await desk.connect({ id: 'amp' });
    expect((await lstat(bench.at(settings))).isSymbolicLink()).toBe(true);
    expect(await bench.read('dotfiles/amp.json')).toContain(url);
    await desk.restore({ id: 'amp' });
    expect((await lstat(bench.at(settings))).isSymbolicLink()).toBe(true);
    expect(await bench.read('dotfiles/amp.json')).toBe('{}\n');
  });

  it.each([
    ['invalid JSON', settings, 'amp', '{ "a": }', 'file_invalid'],
    ['a list', settings, 'amp', '[]', 'file_invalid'],
    ['invalid TOML', codex, 'codex', 'a = = 1', 'file_invalid'],
    ['something else where our value belongs', claude, 'claude-code', '{"env": "x"}', 'file_conflict'],
  ])('refuses a file with %s and writes nothing', async (_title, path, id, text, code) => {
    const bench = await makeBench();
    await bench.write(path, text);
    const desk = bench.desk();
    expect(await refusal(desk.connect({ id }))).toBe(code);
    expect(await bench.read(path)).toBe(text);
    expect(await bench.read(`data/tools/${id}.json`)).toBeUndefined();
    if (code === 'file_invalid') expect(await statusOf(desk, id)).toBe('unreadable');
  });

  it('refuses a read-only file, a folder, a dangling link and what is not UTF-8', async () => {
    const bench = await makeBench();
    await chmod(await bench.write(settings, '{}'), 0o444);
    await mkdir(bench.at(claude), { recursive: true });
    await mkdir(bench.at('.codex'));
    await symlink(bench.at('nowhere'), bench.at(codex));
    await bench.write('.gemini/settings.json', '{}');
    const desk = bench.desk();
    expect(await refusal(desk.connect({ id: 'amp' }))).toBe('file_read_only');
    expect(await refusal(desk.connect({ id: 'claude-code' }))).toBe('file_unreadable');
    expect(await refusal(desk.connect({ id: 'codex' }))).toBe('file_unreadable');
    expect(await bench.read(settings)).toBe('{}');
  });

  it('writes what was shown or nothing', async () => {
    const bench = await makeBench();
    await bench.write(settings, '{"a": 1}');
    const desk = bench.desk();
    const plan = await desk.plan({ id: 'amp', action: 'connect' });
    expect(plan.files).toEqual([
      {
        path: bench.at(settings),
        change: 'edit',
        lines: [
          { kind: 'removed', line: 1, text: '{"a": 1}' },
          { kind: 'added', line: 1, text: `{"a": 1, "amp.url": "${url}"}` },
        ],
      },
    ]);
    await bench.write(settings, '{"a": 2}');
    expect(await refusal(desk.connect({ id: 'amp', token: plan.token }))).toBe('changed_meanwhile');
    expect(await bench.read(settings)).toBe('{"a": 2}');
    const { token } = await desk.plan({ id: 'amp', action: 'connect' });
    expect(await refusal(desk.connect({ id: 'amp', token }))).toBe('done');
  });

  it('leaves a file alone that is written between record and file', async () => {
    const bench = await makeBench();
    await bench.write(settings, '{"a": 1}');
    const desk = bench.desk({
      ...nodeConfigFiles,
      async write(file, text, isPrivate) {
        await nodeConfigFiles.write(file, text, isPrivate);
        if (file.endsWith('amp.json')) await bench.write(settings, '{"a": "theirs"}');
      },
    });
    expect(await refusal(desk.connect({ id: 'amp' }))).toBe('changed_meanwhile');
    expect(await bench.read(settings)).toBe('{"a": "theirs"}');
    expect(await statusOf(bench.desk(), 'amp')).toBe('not-connected');
    await bench.desk().connect({ id: 'amp' });
    await bench.desk().restore({ id: 'amp' });
    expect(await bench.read(settings)).toBe('{"a": "theirs"}');
  });
});

describe('what others write', () => {
  it('stays when our values are taken out', async () => {
    const bench = await makeBench();
    await bench.write(codex, 'model = "x"\n');
    const desk = bench.desk();
    await desk.connect({ id: 'codex' });
    const theirs = `${(await bench.read(codex)) ?? ''}\n[projects."/work"]\ntrust_level = "trusted"\n`;
    await bench.write(codex, theirs.replace('"x"', '"y"'));
    expect(await statusOf(desk, 'codex')).toBe('connected');
    await desk.restore({ id: 'codex' });
    expect(await bench.read(codex)).toBe('model = "y"\n\n[projects."/work"]\ntrust_level = "trusted"\n');
  });

  it('is noticed where our values were, and never overwritten without asking', async () => {
    const bench = await makeBench();
    await bench.write(settings, '{"amp.url": "https://first"}');
    const desk = bench.desk();
    await desk.connect({ id: 'amp' });
    await bench.write(settings, '{"amp.url": "https://theirs"}');
    expect(await statusOf(desk, 'amp')).toBe('changed');
    expect(await refusal(desk.connect({ id: 'amp' }))).toBe('changed_by_others');
    expect(await refusal(desk.restore({ id: 'amp' }))).toBe('changed_by_others');
    expect(await bench.read(settings)).toBe('{"amp.url": "https://theirs"}');
  });

  it('is kept, replaced, or gives way to the original, as its owner chooses', async () => {
    const choices = {
      keep: '{"amp.url": "https://theirs"}',
      again: `{"amp.url": "${url}"}`,
      original: '{"amp.url": "https://first"}',
    };
    for (const [choice, text] of Object.entries(choices)) {
      const bench = await makeBench();
      await bench.write(settings, '{"amp.url": "https://first"}');
      const desk = bench.desk();
      await desk.connect({ id: 'amp' });
      await bench.write(settings, '{"amp.url": "https://theirs"}');
      if (choice === 'keep') await desk.forget('amp');
      else if (choice === 'again') await desk.connect({ id: 'amp', over: true });
      else await desk.restore({ id: 'amp', over: true });
      expect(await bench.read(settings)).toBe(text);
      // The first true original comes back even then.
      if (choice === 'again') await desk.restore({ id: 'amp' });
      if (choice === 'again') expect(await bench.read(settings)).toBe(choices.original);
      else expect(await bench.read('data/tools/amp.json')).toBeUndefined();
    }
  });

  it('counts as put back when it is the original, by whatever hand', async () => {
    const bench = await makeBench();
    await bench.write(settings, '{"a": 1}');
    const desk = bench.desk();
    await desk.connect({ id: 'amp' });
    await bench.write(settings, '{"a": 2}');
    expect(await statusOf(desk, 'amp')).toBe('not-connected');
    await desk.connect({ id: 'amp' });
    await desk.restore({ id: 'amp' });
    expect(await bench.read(settings)).toBe('{"a": 2}');
  });
});

describe('our own values', () => {
  it('are never taken for the original by a second connect', async () => {
    const bench = await makeBench();
    await bench.write(settings, '{"amp.url": "https://first"}');
    await bench.desk().connect({ id: 'amp' });
    await bench.desk().connect({ id: 'amp' });
    await bench.desk().restore({ id: 'amp' });
    expect(await bench.read(settings)).toBe('{"amp.url": "https://first"}');
  });

  it.each([`{"amp.url": "${url}", "a": 1}`, '{"amp.url": "http://localhost:8317/", "a": 1}'])(
    'are not taken for the original where the record is lost: %s',
    async (text) => {
      const bench = await makeBench();
      await bench.write(settings, text);
      const desk = bench.desk();
      expect(await statusOf(desk, 'amp')).toBe('connected');
      await desk.connect({ id: 'amp' });
      await desk.restore({ id: 'amp' });
      expect(JSON.parse((await bench.read(settings)) ?? '')).toEqual({ a: 1 });
    },
  );

  it('are offered anew when the gateway has moved, and the original stays the first one', async () => {
    const bench = await makeBench();
    await bench.write(codex, 'model_provider = "mine"\n');
    const desk = bench.desk();
    await desk.connect({ id: 'codex' });
    bench.gateway.url = 'http://127.0.0.1:9000';
    expect(await statusOf(desk, 'codex')).toBe('outdated');
    await desk.connect({ id: 'codex' });
    expect(await bench.read(codex)).toContain('http://127.0.0.1:9000/v1');
    expect(await statusOf(desk, 'codex')).toBe('connected');
    await desk.restore({ id: 'codex' });
    expect(await bench.read(codex)).toBe('model_provider = "mine"\n');
  });
});

describe('keys', () => {
  it('are written into every tool when the gateway asks for one, and shown nowhere', async () => {
    const bench = await makeBench();
    const [old, ours] = ['sgamp_of-the-owner', 'an-access-key-of-ours'];
    await bench.write(secrets, `{"apiKey@https://ampcode.com/": "${old}", "apiKey@${url}": "${old}2"}`);
    bench.gateway.key = ours;
    const desk = bench.desk();
    const plans = [];
    for (const id of ['amp', 'claude-code', 'codex', 'gemini-cli', 'droid']) {
      plans.push(await desk.plan({ id, action: 'connect' }));
      await desk.connect({ id });
      plans.push(await desk.plan({ id, action: 'restore' }));
    }
    for (const path of [secrets, claude, codex, '.gemini/.env', '.factory/settings.json'])
      expect(await bench.read(path)).toContain(ours);
    const records = await Promise.all(
      (await readdir(bench.at('data/tools'))).map((name) => readFile(join(bench.at('data/tools'), name), 'utf8')),
    );
    const told = JSON.stringify([plans, desk.views(), desk.snippets(), records]);
    expect([told.includes(ours), told.includes(old)]).toEqual([false, false]);
    expect(desk.snippets(true)[0]?.text).toContain(ours);
    expect(plans[0]?.files[1]?.lines.map(({ text }) => text)).toEqual([
      `{"apiKey@https://ampcode.com/": "••••", "apiKey@${url}": "••••"}`,
      `{"apiKey@https://ampcode.com/": "••••", "apiKey@${url}": "••••"}`,
    ]);
    await desk.restore({ id: 'amp' });
    expect(await bench.read(secrets)).toBe(`{"apiKey@https://ampcode.com/": "${old}", "apiKey@${url}": "${old}2"}`);
    expect(bench.vault.size).toBe(0);
  });

  it('are written for Amp without need only when asked, and taken out even when the vault was lost', async () => {
    const bench = await makeBench();
    await bench.write(secrets, '{"apiKey@https://ampcode.com/": "token"}');
    const desk = bench.desk();
    await desk.connect({ id: 'amp' });
    expect(await bench.read(secrets)).toBe('{"apiKey@https://ampcode.com/": "token"}');
    await desk.connect({ id: 'amp', withKey: true });
    expect(JSON.parse((await bench.read(secrets)) ?? '')).toHaveProperty(`apiKey@${url}`, 'fusebox');
    bench.vault.clear();
    await bench.desk().restore({ id: 'amp' });
    expect(await bench.read(secrets)).toBe('{"apiKey@https://ampcode.com/": "token"}');
  });

  it('show up as a change that is due when they are exchanged', async () => {
    const bench = await makeBench();
    bench.gateway.key = 'the-first-key';
    const desk = bench.desk();
    await desk.connect({ id: 'claude-code' });
    bench.gateway.key = 'the-second-key';
    expect(await statusOf(desk, 'claude-code')).toBe('outdated');
  });

  it('show up as a change that is due when the gateway begins to ask for one', async () => {
    const bench = await makeBench();
    const desk = bench.desk();
    await desk.connect({ id: 'amp' });
    bench.gateway.key = 'the-first-key';
    expect(await statusOf(desk, 'amp')).toBe('outdated');
    await desk.connect({ id: 'amp' });
    expect(await statusOf(desk, 'amp')).toBe('connected');
    await desk.restore({ id: 'amp' });
    expect([await bench.read(settings), await bench.read(secrets)]).toEqual([undefined, undefined]);
  });
});

it('masks tokens of others that stand in the same line, under any name', async () => {
  const bench = await makeBench();
  const theirs = 'ghp_0123456789abcdefABCDEF';
  await bench.write(claude, JSON.stringify({ env: { GH_PAT: theirs, MY_SECRET: 'short', NAME: 'plain' } }));
  const plan = await bench.desk().plan({ id: 'claude-code', action: 'connect' });
  const shown = plan.files[0]?.lines.map(({ text }) => text).join() ?? '';
  expect([shown.includes(theirs), shown.includes('short'), shown.includes('plain')]).toEqual([false, false, true]);
});

it('says which file cannot be written, and why', async () => {
  const bench = await makeBench();
  await bench.write('.claude', 'a file where a folder belongs');
  await expect(bench.desk().connect({ id: 'claude-code' })).rejects.toMatchObject({
    code: 'file_unwritable',
    message: expect.stringContaining(bench.at(claude)),
  });
});

describe('quitting with tools put back', () => {
  it('connects them again at the next start, but not over what was written meanwhile', async () => {
    const bench = await makeBench();
    await bench.write(settings, '{"a": 1}');
    const first = bench.desk();
    await first.connect({ id: 'amp' });
    await first.connect({ id: 'claude-code' });
    await first.suspend();
    expect([await bench.read(settings), await bench.read(claude)]).toEqual(['{"a": 1}', undefined]);
    await bench.write(claude, '{"env": {"ANTHROPIC_BASE_URL": "https://theirs"}}');
    const second = bench.desk();
    await second.resume();
    expect([await statusOf(second, 'amp'), await statusOf(second, 'claude-code')]).toEqual(['connected', 'changed']);
    await second.restore({ id: 'amp' });
    expect(await bench.read(settings)).toBe('{"a": 1}');
  });

  it('leaves alone what has been changed by others', async () => {
    const bench = await makeBench();
    const desk = bench.desk();
    await desk.connect({ id: 'amp' });
    await bench.write(settings, '{"amp.url": "https://theirs"}');
    await desk.suspend();
    expect(await bench.read(settings)).toBe('{"amp.url": "https://theirs"}');
    expect(await statusOf(desk, 'amp')).toBe('changed');
  });
});

describe('Factory Droid', () => {
  it('gets an entry for each model beside its own, by the wire format of its maker', async () => {
    const bench = await makeBench();
    const file = '.factory/settings.json';
    const own = '{\n  "customModels": [\n    { "id": "custom:mine", "model": "m" }\n  ]\n}\n';
    await bench.write(file, own);
    const desk = bench.desk();
    await desk.connect({ id: 'droid' });
    const { customModels } = JSON.parse((await bench.read(file)) ?? '');
    expect(customModels.map((model: Record<string, string>) => [model.model, model.provider, model.baseUrl])).toEqual([
      ['m', undefined, undefined],
      ['claude-sonnet-4-6', 'anthropic', url],
      ['gpt-5.4', 'openai', `${url}/v1`],
    ]);
    await desk.restore({ id: 'droid' });
    expect(await bench.read(file)).toBe(own);
  });

  it('is refused while there are no models', async () => {
    const bench = await makeBench();
    bench.gateway.models = [];
    expect(await refusal(bench.desk().connect({ id: 'droid' }))).toBe('nothing_to_write');
  });
});

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { readInstance } from '../../main/engine/instance-file.ts';
import { startEngine } from '../engine/harness.ts';

const settings = '.config/amp/settings.json';

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

it('has the tools in its state, and connects them to the address where it listens', async () => {
  const { engine, url, dataDir } = await startEngine();
  const file = join(dataDir, settings);
  await write(file, '{"a": 1}\n');
  await engine.tools.connect({ id: 'amp' });
  expect(engine.state().tools.find(({ id }) => id === 'amp')).toMatchObject({ status: 'connected' });
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ a: 1, 'amp.url': url });
  await engine.close();
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ a: 1, 'amp.url': url });
});

it('lists every model that can be asked for in Factory Droid', async () => {
  const { engine, dataDir } = await startEngine();
  await engine.tools.connect({ id: 'droid' });
  const { customModels } = JSON.parse(await readFile(join(dataDir, '.factory/settings.json'), 'utf8'));
  expect(customModels.map(({ model }: { model: string }) => model)).toContain('claude-opus-4-7');
});

it('puts tools back when it closes, where the owner wants that', async () => {
  const { engine, dataDir } = await startEngine({ settings: { tools: { 'restore-on-quit': true } } });
  const file = join(dataDir, settings);
  await write(file, '{"a": 1}\n');
  await engine.tools.connect({ id: 'amp' });
  await engine.close();
  expect(await readFile(file, 'utf8')).toBe('{"a": 1}\n');
  expect(JSON.parse(await readFile(join(dataDir, 'tools/amp.json'), 'utf8'))).toMatchObject({ resume: true });
});

it('offers an update when access keys come into force, and keeps them out of state and log', async () => {
  const { engine, settings: store, dataDir, logLines } = await startEngine();
  await engine.tools.connect({ id: 'claude-code' });
  await store.update({ 'api-keys': ['a-key-for-this-gateway'] });
  const status = () => engine.state().tools.find(({ id }) => id === 'claude-code')?.status;
  await vi.waitFor(() => expect(status()).toBe('outdated'));
  await engine.tools.connect({ id: 'claude-code' });
  expect(status()).toBe('connected');
  expect(await readFile(join(dataDir, '.claude/settings.json'), 'utf8')).toContain('a-key-for-this-gateway');
  const kept = await readFile(join(dataDir, 'tools/claude-code.json'), 'utf8');
  expect([JSON.stringify(engine.state()), logLines.join(), kept].join()).not.toContain('a-key-for-this-gateway');
});

it('answers to scripts, which may look at plans and carry them out', async () => {
  const { url, dataDir } = await startEngine();
  const { token = '' } = (await readInstance(dataDir)) ?? {};
  const ask = async (path: string, body?: object) => {
    const answer = await fetch(`${url}/v0/management/tools${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: answer.status, body: answer.status === 204 ? null : JSON.parse(await answer.text()) };
  };
  const plan = await ask('/codex/plan', { action: 'connect' });
  expect(plan.body.files[0].lines.map(({ text }: { text: string }) => text)).toContain(`base_url = "${url}/v1"`);
  expect((await ask('/codex/connect', { token: plan.body.token })).status).toBe(204);
  expect((await ask('')).body).toContainEqual(expect.objectContaining({ id: 'codex', status: 'connected' }));
  expect(await ask('/codex/connect', { token: plan.body.token })).toMatchObject({
    status: 409,
    body: { code: 'tool_refused' },
  });
  expect((await ask('/nothing/restore', {})).status).toBe(404);
  expect((await ask('/codex/restore', {})).status).toBe(204);
});

import { expect, it, onTestFinished } from 'vitest';
import type { SignInView } from '../../preload/contract.ts';
import { FakeClock } from '../fakes/clock.ts';
import { startFakeChatgpt } from '../upstreams/oauth/chatgpt.ts';
import { startFakeIflow } from '../upstreams/oauth/iflow.ts';
import { startFakeKimi } from '../upstreams/oauth/kimi.ts';
import { startFakeModelLists } from '../upstreams/oauth/model-lists.ts';
import { type Running, startEngine } from './harness.ts';

/** Resolves with the sign-in when it is in one of these phases. */
function inPhase({ engine }: Running, id: string, ...phases: SignInView['phase'][]): Promise<SignInView> {
  return new Promise((resolve) => {
    const look = () => {
      const view = engine.signIns.get(id);
      if (!view || !phases.includes(view.phase)) return;
      stop();
      resolve(view);
    };
    const stop = engine.onState(look);
    look();
  });
}

/** The browser on another machine: the owner pastes where it landed. Ends when the sign-in has. */
async function signInByPaste(running: Running, provider: string): Promise<SignInView> {
  const { id } = running.engine.signIns.start(provider, 'browser', { open: false });
  const { browser, phase } = await inPhase(running, id, 'waiting', 'failed');
  if (phase === 'failed') return inPhase(running, id, 'failed');
  const page = await fetch(browser?.url ?? '', { redirect: 'manual' });
  running.engine.signIns.paste(id, page.headers.get('location') ?? '');
  return inPhase(running, id, 'done', 'failed');
}

function mustNotShow({ engine, logLines }: Running, secrets: Iterable<string>): void {
  const shown = JSON.stringify(engine.state()) + logLines.join('\n');
  for (const secret of secrets) expect(shown).not.toContain(secret);
}

it('ChatGPT: an account is added, and signing in again updates it', async () => {
  const fake = await startFakeChatgpt(Date.now);
  onTestFinished(fake.close);
  const running = await startEngine({ settings: { endpoints: { chatgpt: fake.endpoints } } });
  const first = await signInByPaste(running, 'chatgpt');
  expect(first.outcome).toMatchObject({
    accountId: 'chatgpt:user-ada:acc-1',
    label: 'ada@example.com',
    updated: false,
  });
  const second = await signInByPaste(running, 'chatgpt');
  expect(second.outcome).toMatchObject({ accountId: 'chatgpt:user-ada:acc-1', updated: true });
  expect(running.engine.state().accounts).toContainEqual(
    expect.objectContaining({ provider: 'chatgpt', plan: 'plus' }),
  );
  mustNotShow(running, fake.secrets);
});

it('iFlow: the client secret comes from the settings, and its lack is named', async () => {
  const fake = await startFakeIflow(Date.now);
  onTestFinished(fake.close);
  const endpoints = { iflow: fake.endpoints };
  const without = await startEngine({ settings: { endpoints } });
  expect((await signInByPaste(without, 'iflow')).problem).toMatchObject({ code: 'client_secret_missing' });
  expect(fake.requests).toHaveLength(0);
  const clients = { 'oauth-clients': { iflow: { 'client-secret': fake.clientSecret } } };
  const running = await startEngine({ settings: { endpoints, ...clients } });
  expect((await signInByPaste(running, 'iflow')).outcome).toMatchObject({ accountId: 'iflow:ada@example.com' });
  mustNotShow(running, fake.secrets);
});

it('OpenAI: a refused key can be corrected, and the good one becomes an account', async () => {
  const fake = await startFakeModelLists();
  onTestFinished(fake.close);
  const api = `${fake.origin}/openai/v1`;
  const running = await startEngine({ settings: { endpoints: { openai: { api } } } });
  const { signIns } = running.engine;
  const { id } = signIns.start('openai');
  await inPhase(running, id, 'input');
  signIns.submit(id, { 'api-key': 'sk-wrong-0123456789' });
  await fake.received();
  const refused = await inPhase(running, id, 'input');
  expect(refused.problem?.message).toContain('api-key');
  signIns.submit(id, { 'api-key': fake.key, label: 'Work' });
  expect((await inPhase(running, id, 'done')).outcome).toMatchObject({ label: 'Work', updated: false });
  mustNotShow(running, [fake.key, 'sk-wrong-0123456789']);
});

it('Kimi: the owner approves the code, then names the account', async () => {
  const clock = new FakeClock(Date.now());
  const fake = await startFakeKimi(() => clock.now());
  onTestFinished(fake.close);
  const endpoints = { kimi: { authorize: fake.deviceUrl, token: fake.tokenUrl } };
  const running = await startEngine({ clock, settings: { endpoints } });
  const { signIns } = running.engine;
  const { id } = signIns.start('kimi', 'device', { open: false });
  const until = async (phase: SignInView['phase']) => {
    while (signIns.get(id)?.phase !== phase) {
      // The clock stands still by itself: it moves on to the first poll, and no further.
      if (phase === 'question' && fake.requests.length === 1) clock.advance(5000);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await until('waiting');
  expect(signIns.get(id)?.device).toMatchObject({ userCode: 'FUSE-1000' });
  fake.devices.approve();
  await until('question');
  signIns.answer(id, 'Work');
  await until('done');
  expect(signIns.get(id)?.outcome).toMatchObject({ accountId: 'kimi:work', label: 'Work' });
  mustNotShow(running, fake.secrets);
});

import { expect, test } from 'vitest';
import type { SignInFlow } from '../../../main/accounts/sign-in/flow.ts';
import { createAntigravityProvider } from '../../../main/providers/antigravity/index.ts';
import { createGeminiCliProvider } from '../../../main/providers/gemini-cli/index.ts';
import { createVertexProvider } from '../../../main/providers/vertex/index.ts';
import { visit } from '../../accounts/sign-in/browser.ts';
import { freePort, isListening, type Stand, signInStand } from '../../accounts/sign-in/stand.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { antigravitySecret } from '../../upstreams/google/clients.ts';
import { type FakeGoogle, startFakeGoogle } from '../../upstreams/google/server.ts';

const geminiCliProvider = createGeminiCliProvider({ userAgent: 'Fusebox/test' });
const vertexProvider = createVertexProvider({ userAgent: 'Fusebox/test' });
const antigravityProvider = createAntigravityProvider({ userAgent: 'Fusebox/test', newId: () => 'id' });

interface Scene extends Stand {
  google: FakeGoogle;
  /** The owner opens the page, agrees, and is sent back. Resolves to where they end up. */
  agreeTo(id: string): Promise<{ url: string; port: number }>;
}

async function scene({ configured = true } = {}): Promise<Scene> {
  const clock = new FakeClock();
  const google = await startFakeGoogle(() => clock.now());
  const flows: Record<string, SignInFlow[]> = {};
  for (const { id, signIns } of [geminiCliProvider, antigravityProvider, vertexProvider])
    flows[id] = await Promise.all(signIns.map(onFreePort));
  const deps = { clientSecret: (id: string) => (id === 'antigravity' && configured ? antigravitySecret : undefined) };
  const stand = await signInStand({ flows, clock, endpoints: google.endpoints, deps });
  const agreeTo = async (id: string) => {
    const { browser } = await stand.until(id, (view) => view.browser !== undefined);
    const { url } = await visit(browser?.url ?? '');
    return { url, port: browser?.port ?? 0 };
  };
  return { ...stand, google, agreeTo };
}

/** The registered port may be in use by whoever else runs tests on this machine. */
async function onFreePort(flow: SignInFlow): Promise<SignInFlow> {
  return flow.method === 'browser' ? { ...flow, ports: [await freePort()] } : flow;
}

/** Nothing that was issued or configured is in any text. */
function expectNoSecret({ google, logged, manager }: Scene, ...texts: string[]): void {
  const all = [...logged, ...texts, JSON.stringify(manager.list())].join('\n');
  const secrets = [...google.oauth.accessTokens, ...google.oauth.refreshTokens.keys(), antigravitySecret];
  for (const secret of secrets) expect(all).not.toContain(secret);
}

test('Gemini CLI: browser, question, onboarding; the page tells the end, and the port is free again', async () => {
  const one = await scene();
  one.google.projects = [{ projectId: 'team-1' }, { projectId: 'team-2', name: 'Two' }];
  const { id } = one.manager.start('gemini-cli');
  const { url, port } = await one.agreeTo(id);
  const { question } = await one.until(id, ({ phase }) => phase === 'question');
  expect(question).toMatchObject({ kind: 'project', projects: [{ id: 'team-1' }, { id: 'team-2', name: 'Two' }] });
  expect((await visit(url)).body).not.toContain('owner@example.com');
  one.manager.answer(id, 'team-2');
  const view = await one.end(id);
  expect(view.outcome).toMatchObject({ accountId: 'gemini-cli:1001:team-2', label: 'owner@example.com (team-2)' });
  const page = await visit(url);
  expect(page.body).toContain('owner@example.com (team-2)');
  expectNoSecret(one, page.body);
  await one.manager.close();
  expect(await isListening(port)).toBe(false);
});

test('Gemini CLI and Antigravity side by side, both for the same person', async () => {
  const one = await scene();
  one.google.codeAssist.state = { currentTier: { id: 'standard-tier' }, cloudaicompanionProject: 'team-1' };
  const ids = ['gemini-cli', 'antigravity'].map((provider) => one.manager.start(provider).id);
  const pages = await Promise.all(ids.map((id) => one.agreeTo(id)));
  expect(new Set(pages.map(({ port }) => port)).size).toBe(2);
  const views = await Promise.all(ids.map((id) => one.end(id)));
  expect(views.map(({ outcome }) => outcome?.accountId)).toEqual(['gemini-cli:1001:team-1', 'antigravity:1001']);
  const again = one.manager.start('antigravity');
  await one.agreeTo(again.id);
  expect((await one.end(again.id)).outcome).toMatchObject({ accountId: 'antigravity:1001', updated: true });
  expect(one.store.list()).toHaveLength(2);
});

test('an owner who declines, and one whose plan is not served, are told so', async () => {
  const one = await scene();
  one.google.oauth.declines = true;
  const declined = one.manager.start('gemini-cli');
  await one.agreeTo(declined.id);
  expect((await one.end(declined.id)).problem).toMatchObject({ code: 'refused' });
  one.google.oauth.declines = false;
  one.google.codeAssist.state = { ineligibleTiers: [{ reasonCode: 'UNSUPPORTED_CLIENT' }] };
  const refused = one.manager.start('gemini-cli');
  const { url } = await one.agreeTo(refused.id);
  expect((await one.end(refused.id)).problem).toMatchObject({ code: 'plan_not_served' });
  expect((await visit(url)).body).toContain('Antigravity');
  expectNoSecret(one);
});

test('Antigravity without a client secret opens no page', async () => {
  const one = await scene({ configured: false });
  const { problem } = await one.end(one.manager.start('antigravity').id);
  expect(problem).toMatchObject({ code: 'client_secret_missing' });
  expect(problem?.message).toContain('oauth-clients.antigravity.client-secret');
  expect(one.opened).toEqual([]);
});

test('cancelling during the onboarding ends it at once', async () => {
  const one = await scene();
  one.google.codeAssist.onboarding.doneAt = 'never';
  const { id } = one.manager.start('antigravity');
  await one.agreeTo(id);
  const polled = await one.google.received(({ path }) => path.endsWith(':onboardUser'));
  await polled.done;
  one.manager.cancel(id);
  expect(await one.end(id)).toMatchObject({ phase: 'cancelled' });
  expect(one.store.list()).toEqual([]);
});

test('Vertex: a key file that cannot be used can be corrected', async () => {
  const one = await scene();
  const { id } = one.manager.start('vertex', 'file');
  await one.until(id, ({ phase }) => phase === 'input');
  one.manager.submit(id, { 'key-file': '{"project_id":"team-1"}' });
  const { problem } = await one.until(id, (view) => view.problem !== undefined);
  expect(problem?.message).toContain('key-file: its private_key is missing');
  expect(one.manager.get(id)?.phase).toBe('input');
});

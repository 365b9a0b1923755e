import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { SignInError } from '../../main/accounts/sign-in/flow.ts';
import { VaultError } from '../../main/accounts/vault.ts';
import { callHandlers } from '../../main/desktop/call-handlers.ts';
import { createKeyFiles } from '../../main/desktop/key-files.ts';
import type { UpdateParts } from '../../main/desktop/update-handlers.ts';
import { answerCall } from '../../main/engine/calls/answer-call.ts';
import { CallRefused } from '../../main/engine/calls/call-handlers.ts';
import type { Engine, SignIns } from '../../main/engine.ts';
import type { RequestRecord } from '../../main/journal/record.ts';
import { createMemoryStore } from '../../main/journal/store/memory-store.ts';
import type { Approve } from '../../main/settings/change.ts';
import { SettingsError } from '../../main/settings/problem.ts';
import type { AppState, ImportReport, SignInView } from '../../preload/contract.ts';
import { appState, gatewayState } from './app-states.ts';
import { memorySettings } from './memory-settings.ts';

const report: ImportReport = { imported: [], skipped: [] };

const refusedTest: RequestRecord = {
  id: 'r',
  startedAt: 0,
  tool: 'Fusebox test',
  path: '/v1/messages',
  route: 'refused',
  reason: 'x',
  attempts: [],
  status: 500,
  totalMs: 1,
};

/** An engine that writes down what it is asked to do. */
function recordingEngine(state: AppState = appState(), start: () => Promise<void> = async () => {}) {
  const asked: unknown[][] = [];
  const note =
    (name: string, work: () => Promise<void> = async () => {}) =>
    async (...args: unknown[]) => {
      asked.push([name, ...args]);
      await work();
    };
  const engine: Engine = {
    state: () => state,
    onState: () => () => {},
    start: note('start', start),
    stop: note('stop'),
    usePort: note('usePort'),
    pauseAccount: note('pauseAccount'),
    removeAccount: note('removeAccount'),
    updateAccount: note('updateAccount'),
    resetAccount: note('resetAccount'),
    async testAccount(id) {
      asked.push(['testAccount', id]);
      return refusedTest;
    },
    explainRoute: (asked) => ({ asked, at: 0, passedOver: [], attempts: [], notAsked: [] }),
    models: {
      view: () => ({
        models: [],
        mappings: [],
        mappingProblems: [],
        aliases: [],
        chains: [],
        providers: [],
        table: { path: '' },
      }),
      async save(change) {
        asked.push(['models.save', change]);
      },
    },
    tools: {
      look: note('tools.look'),
      plan: async ({ id, action }) => ({ tool: id, action, token: '', files: [] }),
      connect: note('tools.connect'),
      restore: note('tools.restore'),
      forget: note('tools.forget'),
      snippets: (whole) => [{ id: 'openai', label: 'OpenAI', text: whole ? 'KEY=whole' : 'KEY=••••' }],
    },
    readUsage: () => void asked.push(['readUsage']),
    async restoreAccount(id) {
      asked.push(['restoreAccount', id]);
      return id === 'a';
    },
    providers: [],
    signIns: recordingSignIns(asked),
    async importAccounts(path) {
      asked.push(['importAccounts', path]);
      return report;
    },
    async exportAccounts(path) {
      asked.push(['exportAccounts', path]);
      return 0;
    },
    settleOriginals: note('settleOriginals'),
    journal: emptyJournal(),
    wake() {},
    close: note('close'),
  };
  return { engine, asked };
}

function emptyJournal(): Engine['journal'] {
  const store = createMemoryStore(1);
  return {
    page: async (query) => store.page(query),
    find: async (id) => store.find(id),
    choices: async () => store.choices(),
    usage: async (query) => store.usage(query, 0),
    async *all() {},
    state: () => ({ kind: 'memory' }),
  };
}

const signIn: SignInView = {
  id: 's',
  provider: 'claude',
  providerLabel: 'Claude',
  method: 'browser',
  phase: 'waiting',
  startedAt: 0,
};

/** What a real one never has all at once: every part that a call may read. */
const fullSignIn: SignInView = {
  ...signIn,
  fields: [
    { name: 'key-file', kind: 'file', required: true },
    { name: 'location', kind: 'text', required: false },
  ],
  browser: { url: '', manualUrl: 'https://claude.ai/manual', redirectUri: '', opened: true, busy: [] },
  device: { userCode: 'FUSE-1', url: '', opened: true },
};

/** Knows the sign-in `s` only. */
function recordingSignIns(asked: unknown[][]): SignIns {
  const note =
    (name: string) =>
    (...args: unknown[]) => {
      asked.push([name, ...args]);
      if (name !== 'start' && args[0] !== 's') throw new SignInError('expired', 'there is no such sign-in any more');
      return signIn;
    };
  return {
    start: note('start'),
    paste: note('paste'),
    submit: note('submit'),
    answer: note('answer'),
    cancel: note('cancel'),
    list: () => [signIn],
    get: (id) => (id === 's' ? fullSignIn : undefined),
    open: async (id) => id === 's',
    link: (id) => (id === 's' ? 'https://claude.ai/oauth/authorize' : undefined),
  };
}

const noUpdates: UpdateParts = {
  updates: { view: () => ({ status: 'off', reason: 'a test' }), check: async () => {}, download: async () => {} },
  installUpdate() {},
};

function server(
  engine: Engine,
  chosen: string | undefined = '/credentials',
  keyFile?: string,
  approve: Approve = async () => {},
) {
  const copied: string[] = [];
  const errors: unknown[] = [];
  const handlers = callHandlers({
    engine,
    copy: (text) => copied.push(text),
    chooseImport: async () => chosen,
    chooseExport: async () => undefined,
    keyFiles: createKeyFiles(async () => keyFile),
    settings: memorySettings(),
    approve,
    update: noUpdates,
  });
  const call = (name: unknown, argument?: unknown) =>
    answerCall({ handlers, onError: (_name, error) => errors.push(error) }, name, argument);
  return { call, copied, errors };
}

test.each([
  ['gateway.start', undefined, ['start']],
  ['gateway.stop', undefined, ['stop']],
  ['gateway.use-port', { port: 9000 }, ['usePort', 9000]],
  ['account.pause', { id: 'a', paused: true }, ['pauseAccount', 'a', true]],
  ['account.remove', { id: 'a' }, ['removeAccount', 'a']],
  ['account.restore', { id: 'a' }, ['restoreAccount', 'a']],
  ['account.update', { id: 'a', priority: 3, prefix: null }, ['updateAccount', 'a', { priority: 3, prefix: null }]],
])('%s reaches the engine', async (name, argument, expected) => {
  const { engine, asked } = recordingEngine();
  expect(await server(engine).call(name, argument)).toEqual({ ok: true, value: null });
  expect(asked).toEqual([expected]);
});

test.each([
  ['sign-in.start', { provider: 'claude', label: 'Mine' }, ['start', 'claude', undefined, { label: 'Mine' }]],
  ['sign-in.paste', { id: 's', text: 'a#b' }, ['paste', 's', 'a#b']],
  ['sign-in.submit', { id: 's', fields: { key: 'k' } }, ['submit', 's', { key: 'k' }]],
  ['sign-in.answer', { id: 's', value: ' my-project ' }, ['answer', 's', 'my-project']],
  ['sign-in.cancel', { id: 's' }, ['cancel', 's']],
])('%s reaches the sign-ins', async (name, argument, expected) => {
  const { engine, asked } = recordingEngine();
  expect(await server(engine).call(name, argument)).toEqual({ ok: true, value: signIn });
  expect(asked).toEqual([expected]);
});

test('a sign-in that is over is refused in words', async () => {
  const { engine } = recordingEngine();
  expect(await server(engine).call('sign-in.paste', { id: 'gone', text: 'x' })).toEqual({
    ok: false,
    error: { code: 'expired', message: expect.stringContaining('no such sign-in'), fix: 'Start again.' },
  });
});

test('the link of a sign-in is copied, and its page opened again', async () => {
  const { call, copied } = server(recordingEngine().engine);
  expect(await call('clipboard.copy-sign-in-link', { id: 's' })).toEqual({ ok: true, value: null });
  expect(copied).toEqual(['https://claude.ai/oauth/authorize']);
  expect(await call('clipboard.copy-sign-in-link', { id: 'x' })).toMatchObject({
    ok: false,
    error: { code: 'nothing_to_copy' },
  });
  expect(await call('sign-in.open', { id: 's' })).toEqual({ ok: true, value: null });
  expect(await call('sign-in.open', { id: 'x' })).toMatchObject({ ok: false, error: { code: 'not_opened' } });
});

test('a key file goes along with the fields that were typed, and comes back as a name only', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'fusebox-ipc-'));
  const file = path.join(folder, 'key.json');
  await writeFile(file, 'the key');
  const { engine, asked } = recordingEngine();
  const { call } = server(engine, undefined, file);
  expect(await call('sign-in.choose-file', { id: 's', field: 'key-file' })).toEqual({
    ok: true,
    value: { name: 'key.json' },
  });
  await call('sign-in.submit', { id: 's', fields: { location: 'global' } });
  expect(asked).toEqual([['submit', 's', { location: 'global', 'key-file': 'the key' }]]);
  await rm(folder, { recursive: true });
});

test('a file is picked only for a field that takes one', async () => {
  const { call } = server(recordingEngine().engine, undefined, '/etc/hostname');
  for (const argument of [
    { id: 's', field: 'location' },
    { id: 'x', field: 'key-file' },
  ])
    expect(await call('sign-in.choose-file', argument)).toMatchObject({ ok: false, error: { code: 'no_such_field' } });
  expect(
    await server(recordingEngine().engine).call('sign-in.choose-file', { id: 's', field: 'key-file' }),
  ).toMatchObject({
    ok: false,
    error: { code: 'cancelled' },
  });
});

test('the link for another machine and the code are copied too', async () => {
  const { call, copied } = server(recordingEngine().engine);
  await call('clipboard.copy-sign-in-link', { id: 's', manual: true });
  await call('clipboard.copy-sign-in-code', { id: 's' });
  expect(copied).toEqual(['https://claude.ai/manual', 'FUSE-1']);
});

test('a removal that can no longer be taken back says so', async () => {
  expect(await server(recordingEngine().engine).call('account.restore', { id: 'gone' })).toMatchObject({
    ok: false,
    error: { code: 'too_late', fix: 'Add it again.' },
  });
});

test('the state is handed out as it is', async () => {
  expect(await server(recordingEngine().engine).call('state.get')).toEqual({ ok: true, value: appState() });
});

test('copying takes the address from the state', async () => {
  const { call, copied } = server(recordingEngine().engine);
  await call('clipboard.copy-url');
  expect(copied).toEqual(['http://127.0.0.1:8317']);
});

test('an import takes the chosen folder, and a cancelled choice is a refusal that imports nothing', async () => {
  const { engine, asked } = recordingEngine();
  expect(await server(engine).call('accounts.import')).toEqual({ ok: true, value: report });
  const cancelled = { ...recordingEngine() };
  const handlers = callHandlers({
    engine: cancelled.engine,
    copy() {},
    chooseImport: async () => undefined,
    chooseExport: async () => undefined,
    keyFiles: createKeyFiles(async () => undefined),
    settings: memorySettings(),
    approve: async () => {},
    update: noUpdates,
  });
  const result = await answerCall({ handlers, onError() {} }, 'accounts.import', undefined);
  expect(result).toMatchObject({ ok: false, error: { code: 'cancelled' } });
  expect(asked).toEqual([['importAccounts', '/credentials']]);
  expect(cancelled.asked).toEqual([]);
});

test.each([
  ['gateway.use-port', { port: '9000' }],
  ['gateway.use-port', { port: 0 }],
  ['gateway.use-port', undefined],
  ['account.pause', { id: 'a', paused: 'yes' }],
  ['account.remove', { id: 'a', all: true }],
  ['gateway.stop', null],
])('%s with %j is refused before the engine is asked', async (name, argument) => {
  const { engine, asked } = recordingEngine();
  expect(await server(engine).call(name, argument)).toMatchObject({ ok: false, error: { code: 'invalid_argument' } });
  expect(asked).toEqual([]);
});

test.each(['vault.read', 'toString', '__proto__', 7, undefined])('the name %j is unknown', async (name) => {
  expect(await server(recordingEngine().engine).call(name)).toMatchObject({
    ok: false,
    error: { code: 'unknown_call' },
  });
});

test('a start that fails answers with the problem in the state', async () => {
  const problem = { code: 'port_taken', message: 'Port 8317 is taken.', fix: 'Use port 8318.' };
  const state = appState({ gateway: gatewayState({ status: 'failed', problem }) });
  const { engine } = recordingEngine(state, () => Promise.reject(new Error('EADDRINUSE')));
  const { call, errors } = server(engine);
  expect(await call('gateway.start')).toEqual({ ok: false, error: problem });
  expect(errors).toEqual([]);
});

test('an unexpected failure is logged, and its words do not reach the window', async () => {
  const { engine } = recordingEngine(appState(), () => Promise.reject(new Error('token sk-secret leaked')));
  const { call, errors } = server(engine);
  const result = await call('gateway.start');
  expect(result).toMatchObject({ ok: false, error: { code: 'internal_error' } });
  expect(JSON.stringify(result)).not.toContain('secret');
  expect(errors).toHaveLength(1);
});

test('a failure that has words for the owner hands them on', async () => {
  const problems = [
    new SettingsError([{ file: 'config.yaml', text: 'the file cannot be written' }]),
    new VaultError('The keychain is locked.'),
  ];
  for (const problem of problems) {
    const { engine } = recordingEngine(appState(), () => Promise.reject(problem));
    const { call, errors } = server(engine);
    expect(await call('gateway.start')).toMatchObject({ ok: false, error: { message: problem.message } });
    expect(errors).toEqual([]);
  }
});

test.each([
  ['account.update', { id: 'a', proxyUrl: 'http://me:secret@proxy.example' }],
  ['sign-in.start', { provider: 'claude', proxyUrl: 'http://me:secret@proxy.example' }],
])('%s with a proxy waits for the owner, who sees its address', async (name, argument) => {
  const { engine, asked } = recordingEngine();
  const questions: unknown[] = [];
  const refusing: Approve = async (redirects) => {
    questions.push(...redirects);
    throw new CallRefused('not_confirmed', 'No.');
  };
  const { call } = server(engine, undefined, undefined, refusing);
  expect(await call(name, argument)).toMatchObject({ ok: false, error: { code: 'not_confirmed' } });
  expect(questions).toEqual([expect.objectContaining({ to: 'http://proxy.example' })]);
  expect(asked).toEqual([]);
  expect(await call(name, { ...argument, proxyUrl: 'direct' })).toMatchObject({ ok: true });
  expect([questions.length, asked.length]).toEqual([1, 1]);
});

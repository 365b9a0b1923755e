import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { withUpdates } from '../../main/desktop/update-handlers.ts';
import { updateItems } from '../../main/desktop/update-menu.ts';
import { notesOf } from '../../main/desktop/update-notes.ts';
import { nextUpdate, type UpdateEvent, whyNoUpdates } from '../../main/desktop/update-state.ts';
import { followUpdates, type Updater } from '../../main/desktop/updates.ts';
import type { Engine } from '../../main/engine.ts';
import type { AppState } from '../../preload/contract.ts';
import type { UpdateView } from '../../preload/update-view.ts';
import { FakeClock } from '../fakes/clock.ts';
import { appState } from './app-states.ts';

const installed = { packaged: true, platform: 'win32', hasFeed: true, appImage: undefined } as const;

test('an installation updates itself where its form allows it and its build names a feed', () => {
  expect(whyNoUpdates(installed)).toBeUndefined();
  expect(whyNoUpdates({ ...installed, platform: 'darwin' })).toBeUndefined();
  expect(whyNoUpdates({ ...installed, platform: 'linux', appImage: '/home/me/Fusebox.AppImage' })).toBeUndefined();
});

test.each([
  [{ ...installed, packaged: false }, 'from its sources'],
  [{ ...installed, platform: 'linux' } as const, 'whoever installed it'],
  [{ ...installed, hasFeed: false }, 'where updates come from'],
])('%j does not, and says why', (installation, words) => {
  expect(whyNoUpdates(installation)).toContain(words);
});

test('one step follows the other from the check to the version that is ready', () => {
  const events: UpdateEvent[] = [
    { kind: 'check-wanted' },
    { kind: 'found', version: '2.0.0' },
    { kind: 'download-wanted' },
    { kind: 'progress', percent: 41.9 },
    { kind: 'downloaded' },
  ];
  let view: UpdateView = { status: 'unasked' };
  expect(events.map((event) => (view = nextUpdate(view, event)))).toEqual([
    { status: 'checking' },
    { status: 'available', version: '2.0.0' },
    { status: 'downloading', version: '2.0.0', percent: 0 },
    { status: 'downloading', version: '2.0.0', percent: 41 },
    { status: 'ready', version: '2.0.0' },
  ]);
});

test.each<[UpdateView, UpdateEvent]>([
  [{ status: 'off', reason: 'x' }, { kind: 'check-wanted' }],
  [
    { status: 'off', reason: 'x' },
    { kind: 'failed', reason: 'y' },
  ],
  [{ status: 'checking' }, { kind: 'check-wanted' }],
  [{ status: 'downloading', version: '2', percent: 1 }, { kind: 'check-wanted' }],
  [
    { status: 'downloading', version: '2', percent: 7 },
    { kind: 'progress', percent: 7.2 },
  ],
  [{ status: 'ready', version: '2' }, { kind: 'check-wanted' }],
  [{ status: 'current' }, { kind: 'download-wanted' }],
  [{ status: 'unasked' }, { kind: 'found', version: '2' }],
  [{ status: 'unasked' }, { kind: 'downloaded' }],
])('%j stays as it is after %j', (view, event) => {
  expect(nextUpdate(view, event)).toBe(view);
});

test('what is said of a version stays with it until it is installed', () => {
  const newer = { version: '2.0.0', notes: 'Faster.' };
  const found = nextUpdate({ status: 'checking' }, { kind: 'found', ...newer });
  const loading = nextUpdate(found, { kind: 'download-wanted' });
  const ready = nextUpdate(nextUpdate(loading, { kind: 'progress', percent: 3 }), { kind: 'downloaded' });
  expect([found, loading, ready]).toEqual([
    { status: 'available', ...newer },
    { status: 'downloading', ...newer, percent: 0 },
    { status: 'ready', ...newer },
  ]);
});

test.each<[string, unknown, string | undefined]>([
  ['text', 'Faster.\n\n\n\nSmaller.', 'Faster.\n\nSmaller.'],
  ['HTML', '<h2>New</h2><ul><li>A &lt;b&gt;</li><li class="x">B &amp;amp;</li></ul>', 'New\n• A <b>\n• B &amp;'],
  ['HTML with a script', '<script src="https://evil.example/x.js"></script>Fine', 'Fine'],
  ['a list by version', [{ version: '2', note: 'Two' }, { version: '1', note: null }, null], 'Two'],
  ['control characters', 'A\u0000\u001b[31mB', 'A  [31mB'],
  ['nothing', null, undefined],
  ['blanks', ' \n ', undefined],
  ['a number', 7, undefined],
])('notes that are %s are read as plain text', (_kind, told, expected) => {
  expect(notesOf(told).notes).toBe(expected);
});

test('notes of a whole book are cut', () => {
  expect(notesOf('word '.repeat(5_000)).notes).toHaveLength(4_001);
});

/** electron-updater, with what the feed says decided by the test. */
class FakeUpdater extends EventEmitter implements Updater {
  autoDownload = true;
  autoInstallOnAppQuit = true;
  allowDowngrade = true;
  logger: unknown = console;
  readonly did: string[] = [];
  newest: string | Error | undefined;
  notes: string | null = null;

  async checkForUpdates(): Promise<void> {
    this.did.push('check');
    if (this.newest instanceof Error) throw this.newest;
    if (this.newest) this.emit('update-available', { version: this.newest, releaseNotes: this.notes });
    else this.emit('update-not-available');
  }

  async downloadUpdate(): Promise<void> {
    this.did.push('download');
    this.emit('download-progress', { percent: 50 });
    this.emit('update-downloaded', { version: this.newest });
  }

  quitAndInstall(): void {
    this.did.push('install');
  }
}

function following(options: { off?: string; wantsChecks?: boolean } = {}) {
  const clock = new FakeClock();
  const updater = new FakeUpdater();
  const found: string[] = [];
  const errors: unknown[] = [];
  let loads = 0;
  const updates = followUpdates({
    off: options.off,
    clock,
    async load() {
      loads += 1;
      return updater;
    },
    wantsChecks: () => options.wantsChecks ?? false,
    onFound: (version) => found.push(version),
    onError: (_what, error) => errors.push(error),
  });
  return { updates, updater, clock, found, errors, loads: () => loads };
}

test('nothing is loaded or asked while the owner has neither asked nor allowed it', async () => {
  const { clock, loads, updates } = following();
  clock.advance(72 * 3_600_000);
  expect([loads(), updates.view()]).toEqual([0, { status: 'unasked' }]);
});

test('where updates are off nothing is asked even when wanted', async () => {
  const { clock, loads, updates } = following({ off: 'not here', wantsChecks: true });
  clock.advance(72 * 3_600_000);
  await updates.check();
  expect([loads(), updates.view(), clock.pending]).toEqual([0, { status: 'off', reason: 'not here' }, 0]);
});

test('with the switch on it asks soon after the start and once a day, and tells of a version once', async () => {
  const { clock, updater, found } = following({ wantsChecks: true });
  updater.newest = '2.0.0';
  clock.advance(10_000);
  await expect.poll(() => found).toEqual(['2.0.0']);
  clock.advance(24 * 3_600_000);
  await expect.poll(() => updater.did).toEqual(['check', 'check']);
  updater.newest = '3.0.0';
  clock.advance(24 * 3_600_000);
  await expect.poll(() => found).toEqual(['2.0.0', '3.0.0']);
});

test('a found version is not downloaded, and a downloaded one not installed, before the owner says so', async () => {
  const { updates, updater } = following();
  updater.newest = '2.0.0';
  updater.notes = '<p>Faster.</p>';
  expect(updates.install()).toBe(false);
  await updates.check();
  expect([updater.autoDownload, updater.autoInstallOnAppQuit, updater.allowDowngrade]).toEqual([false, false, false]);
  expect(updates.view()).toEqual({ status: 'available', version: '2.0.0', notes: 'Faster.' });
  expect([updater.did, updates.install()]).toEqual([['check'], false]);
  await updates.download();
  expect([updater.did, updates.view().status]).toEqual([['check', 'download'], 'ready']);
  expect([updates.install(), updater.did.at(-1)]).toEqual([true, 'install']);
});

test('a failure is told in words without the details, which are logged, and can be tried again', async () => {
  const { updates, updater, errors } = following();
  updater.newest = new Error('GET https://feed.example/latest.yml?token=secret: 500');
  await updates.check();
  expect(updates.view()).toEqual({ status: 'failed', reason: 'The server of updates did not answer as expected.' });
  expect(errors).toHaveLength(1);
  updater.newest = Object.assign(new Error('sha512'), { code: 'ERR_CHECKSUM_MISMATCH' });
  await updates.check();
  expect(updates.view()).toMatchObject({ reason: 'What was downloaded is not what was announced.' });
  updater.newest = undefined;
  await updates.check();
  expect(updates.view()).toEqual({ status: 'current' });
});

test('closing ends timer and listeners', () => {
  const { updates, clock } = following();
  updates.close();
  expect(clock.pending).toBe(0);
});

test.each<[UpdateView | undefined, string[]]>([
  [undefined, []],
  [{ status: 'off', reason: 'x' }, []],
  [{ status: 'unasked' }, ['Check for updates…']],
  [{ status: 'checking' }, ['(Checking for updates…)']],
  [{ status: 'current' }, ['(Fusebox is up to date)', 'Check for updates…']],
  [{ status: 'available', version: '2.0.0' }, ['Download Fusebox 2.0.0']],
  [{ status: 'downloading', version: '2.0.0', percent: 41 }, ['(Downloading Fusebox 2.0.0  41 %)']],
  [{ status: 'ready', version: '2.0.0' }, ['Restart with Fusebox 2.0.0']],
  [{ status: 'failed', reason: 'No.' }, ['(No update: No.)', 'Check for updates…']],
])('the tray menu shows %j as %j', (view, expected) => {
  const texts = updateItems(view).map((item) =>
    item.kind === 'line' ? `(${item.text})` : item.kind === 'action' ? item.text : item.kind,
  );
  expect(texts).toEqual(expected);
});

test('the state tells of updates, and each change is a new state', async () => {
  const { updates } = following();
  const listeners = new Set<(state: AppState) => void>();
  const bare = {
    state: () => appState(),
    onState(listener: (state: AppState) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } as unknown as Engine;
  const engine = withUpdates(bare, updates);
  const seen: (UpdateView | undefined)[] = [];
  const end = engine.onState(({ update }) => seen.push(update));
  expect(engine.state().update).toEqual({ status: 'unasked' });
  await updates.check();
  for (const listener of listeners) listener(appState());
  expect(seen).toEqual([{ status: 'checking' }, { status: 'current' }, { status: 'current' }]);
  end();
  expect(listeners.size).toBe(0);
  await updates.check();
  expect(seen).toHaveLength(3);
});

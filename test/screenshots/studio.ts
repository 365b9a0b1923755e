import path from 'node:path';
import type { Page } from 'playwright-core';
import type { StoredAccount } from '../../main/accounts/account.ts';
import type { Vault } from '../../main/accounts/vault.ts';
import { openVaultOf } from '../../main/cli/place.ts';
import { type LaunchWishes, launch, makePlace, type Place, type RunningApp } from '../desktop/app.ts';

/** Friday afternoon: when every picture is taken. */
export const pictureTime = Date.parse('2026-11-20T14:05:00Z');

export interface Studio {
  place: Place;
  app: RunningApp;
  page: Page;
  /** Lets time pass, in milliseconds, for application and page. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

export interface StudioWishes {
  settings?: Record<string, unknown>;
  accounts?: readonly StoredAccount[];
  /** Called before the application starts. */
  prepare?(place: Place): void | Promise<void>;
  /** Whether an Amp token is known. */
  withAmp?: boolean;
  /** Of the window's contents, in points. */
  size?: { width: number; height: number };
  /** Pixels a point. */
  scale?: number;
}

export const usualSize = { width: 1080, height: 720 };

/** Starts the application at a fixed time, with accounts in the session's keychain. */
export async function openStudio(wishes: StudioWishes = {}): Promise<Studio> {
  const place = await makePlace({ 'log-level': 'error', ...wishes.settings });
  const vault = await openVaultOf({ vault: 'keychain', dataDir: place.dataDir }, () => {});
  await keep(vault, wishes.accounts ?? []);
  await wishes.prepare?.(place);
  const app = await launch(place, launchWishes(place, wishes));
  await sizeWindow(app, wishes.size ?? usualSize);
  const page = await app.window();
  await page.clock.install({ time: await app.app.evaluate(() => Date.now()) });
  await page.reload();
  await page.getByRole('switch', { name: 'Gateway' }).waitFor();
  return {
    place,
    app,
    page,
    async pass(ms) {
      await app.app.evaluate((_electron, moved) => Reflect.get(globalThis, 'moveClock')(moved), ms);
      await page.clock.runFor(ms);
    },
    async close() {
      await app.quit();
      await forget(vault);
      await place.remove();
    },
  };
}

function launchWishes(place: Place, { scale = 1, withAmp = false }: StudioWishes): LaunchWishes {
  return {
    vault: 'keychain',
    electronArgs: ['-r', path.join(import.meta.dirname, 'moving-clock.cjs'), `--force-device-scale-factor=${scale}`],
    env: {
      FUSEBOX_PICTURE_TIME: String(pictureTime),
      TZ: 'UTC',
      PATH: '/usr/local/bin:/usr/bin:/bin',
      ...(withAmp ? { AMP_API_KEY: 'sgamp_user_of_the_pictures' } : {}),
      XDG_CONFIG_HOME: path.join(place.home, '.config'),
      XDG_DATA_HOME: path.join(place.home, '.local/share'),
    },
  };
}

/** Gives the window's contents this size. */
export async function sizeWindow({ app }: RunningApp, size: { width: number; height: number }): Promise<void> {
  await app.firstWindow();
  await app.evaluate(
    ({ BrowserWindow }, { width, height }) => BrowserWindow.getAllWindows()[0]?.setContentSize(width, height),
    size,
  );
}

async function keep(vault: Vault, accounts: readonly StoredAccount[]): Promise<void> {
  for (const stored of accounts)
    await vault.set(`account:${stored.account.id}`, JSON.stringify({ version: 1, ...stored }));
}

/** The session's keychain is that of the next picture too. */
async function forget(vault: Vault): Promise<void> {
  for (const name of (await vault.entries()).keys()) await vault.delete(name);
}

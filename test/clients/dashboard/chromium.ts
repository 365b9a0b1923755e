import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** The system's Chromium, which npm test installs on Debian; undefined where there is none. */
function chromiumPath(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((file) => existsSync(file));
}

/** Why there is none; undefined where there is. With CI=true that is a failure, never a skip. */
export function whyNoChromium(): string | undefined {
  if (chromiumPath() !== undefined) return undefined;
  const reason = 'Chromium is not installed';
  if (process.env.CI === 'true') throw new Error(reason);
  return reason;
}

/** A real browser without a screen. */
export function launchChromium(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error('Chromium is not installed');
  // Chromium's sandbox does not work for root.
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}

import path from 'node:path';
import type { AppState } from '../../preload/contract.ts';

/** Told by shape: a filled breaker runs, an outlined one is stopped, a dot asks for attention. */
export type TrayIconState = 'running' | 'running-attention' | 'stopped' | 'stopped-attention';

/** The icon for a state. Attention: the gateway failed, the settings file is wrong, or an account needs a new sign-in. */
export function trayIconState(state: AppState): TrayIconState {
  const shape = state.gateway.status === 'running' ? 'running' : 'stopped';
  const attention =
    state.gateway.status === 'failed' ||
    state.settingsProblem !== undefined ||
    state.accounts.some((account) => account.status === 'needs-sign-in');
  return attention ? `${shape}-attention` : shape;
}

export interface IconSurroundings {
  platform: NodeJS.Platform;
  /** Asked on Windows only: macOS tints template images itself, and Linux icons carry an outline. */
  darkTaskbar: boolean;
}

/** The icon's file below `assetsDir`. Electron finds the `@2x` file beside it by name. */
export function trayIconFile(
  assetsDir: string,
  icon: TrayIconState,
  { platform, darkTaskbar }: IconSurroundings,
): string {
  if (platform === 'darwin') return path.join(assetsDir, 'macos', `${icon}Template.png`);
  if (platform === 'win32') return path.join(assetsDir, 'windows', `${icon}-on-${darkTaskbar ? 'dark' : 'light'}.ico`);
  return path.join(assetsDir, 'linux', `${icon}.png`);
}

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type TrayIconState, trayIconFile, trayIconState } from '../../main/desktop/tray-icon.ts';
import { accountView, appState, gatewayState } from './app-states.ts';

const assets = path.resolve(import.meta.dirname, '../../assets');
const states: readonly TrayIconState[] = ['running', 'running-attention', 'stopped', 'stopped-attention'];

test('the icon tells running from stopped, and puts a dot where the owner is needed', () => {
  const stopped = gatewayState({ status: 'stopped' });
  const failed = gatewayState({ status: 'failed' });
  const broken = [accountView({ status: 'needs-sign-in' })];
  expect(trayIconState(appState())).toBe('running');
  expect(trayIconState(appState({ gateway: stopped }))).toBe('stopped');
  expect(trayIconState(appState({ gateway: failed }))).toBe('stopped-attention');
  expect(trayIconState(appState({ accounts: broken }))).toBe('running-attention');
  expect(trayIconState(appState({ gateway: stopped, settingsProblem: 'port: not a number' }))).toBe(
    'stopped-attention',
  );
  expect(trayIconState(appState({ accounts: [accountView({ status: 'paused' })] }))).toBe('running');
});

test('every picture that can be asked for exists, in the size its system wants', () => {
  for (const state of states) {
    const file = (platform: NodeJS.Platform, darkTaskbar = false) =>
      trayIconFile(assets, state, { platform, darkTaskbar });
    expect(widthOfPng(file('darwin'))).toBe(18);
    expect(widthOfPng(file('darwin').replace('.png', '@2x.png'))).toBe(36);
    expect(widthOfPng(file('linux'))).toBe(22);
    expect(widthOfPng(file('linux').replace('.png', '@2x.png'))).toBe(44);
    expect(widthsInIco(file('win32', false))).toEqual([16, 20, 24, 32]);
    expect(widthsInIco(file('win32', true))).toEqual([16, 20, 24, 32]);
  }
});

test('the pictures of different states differ', () => {
  const pictures = states.map((state) =>
    readFileSync(trayIconFile(assets, state, { platform: 'linux', darkTaskbar: false })).toString('hex'),
  );
  expect(new Set(pictures).size).toBe(states.length);
});

test('macOS names mark template images', () => {
  expect(trayIconFile('', 'running', { platform: 'darwin', darkTaskbar: false })).toMatch(/Template\.png$/);
});

function widthOfPng(file: string): number {
  const bytes = readFileSync(file);
  expect(bytes.subarray(1, 4).toString('latin1')).toBe('PNG');
  return bytes.readUInt32BE(16);
}

function widthsInIco(file: string): number[] {
  const bytes = readFileSync(file);
  return Array.from({ length: bytes.readUInt16LE(4) }, (_, i) => bytes.readUInt8(6 + i * 16));
}

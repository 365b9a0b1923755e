import { defineConfig } from 'vitest/config';
import { wat } from './scripts/build/wat.mjs';

const TESTS = ['test/**/*.test.ts', 'test/**/*.test.tsx'];
const CLIENTS = 'test/clients/**/*.test.ts';
// Real Electron, and the real keychain: both need a desktop session.
const DESKTOP = ['test/**/*.electron.test.ts', 'test/**/*.keychain.test.ts'];

export default defineConfig({
  plugins: [wat],
  define: { __FUSEBOX_VERSION__: JSON.stringify('0.0.0-test') },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: TESTS,
          exclude: [CLIENTS, ...DESKTOP],
          testTimeout: 15_000,
          pool: 'threads',
          globalSetup: ['test/cli/build-first.ts'],
        },
      },
      {
        extends: true,
        // Real Amp processes: each starts a Node of its own, so only a few at a time.
        test: {
          name: 'clients',
          include: [CLIENTS],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          pool: 'forks',
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        // Not tests: `npm run screenshots` takes the pictures of docs/screenshots with them.
        test: {
          name: 'screenshots',
          include: ['test/screenshots/*.shots.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          pool: 'forks',
          fileParallelism: false,
        },
      },
      {
        extends: true,
        // One display, one keychain, one tray: one file at a time.
        test: {
          name: 'desktop',
          include: DESKTOP,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          pool: 'forks',
          fileParallelism: false,
        },
      },
    ],
  },
});

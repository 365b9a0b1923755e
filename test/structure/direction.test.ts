import { describe, expect, test } from 'vitest';
import { wrongEdges } from './direction.ts';
import { importsIn, importsOf } from './imports.ts';

/** What the rules say about one line in one file. */
function verdict(file: string, line: string): string[] {
  return wrongEdges(importsIn(file, line));
}

describe('imports point one way', () => {
  test('in all of main, preload and renderer', () => {
    const edges = importsOf(['main', 'preload', 'renderer']);
    expect(edges.length).toBeGreaterThan(100);
    expect(wrongEdges(edges)).toEqual([]);
  });
});

describe('a wrong import is reported', () => {
  test.each([
    ['gateway to amp', 'main/gateway/app.ts', "import { ampRoutes } from '../amp/routes.ts';"],
    ['settings to accounts', 'main/settings/store.ts', "import { store } from '../accounts/account-store.ts';"],
    ['accounts to protocols beside it', 'main/accounts/vault.ts', "import { a } from '../protocols/index.ts';"],
    ['cli to desktop beside it', 'main/cli/serve.ts', "import { a } from '../desktop/tray.ts';"],
    ['anyone to an entry', 'main/engine.ts', "import './electron.ts';"],
    ['a re-export upwards', 'main/providers/contract.ts', "export * from '../routing/plan.ts';"],
    ['a dynamic import upwards', 'main/engine.ts', "const page = await import('./desktop/window.ts');"],
    ['a type upwards', 'main/gateway/gateway.ts', "let m: import('../amp/index.ts').AmpModule;"],
    ['a file in no layer', 'main/odds/ends.ts', "import { a } from '../settings/store.ts';"],
    ['the window to main', 'renderer/app.tsx', "import { createEngine } from '../main/engine.ts';"],
    ['the window to values behind the contract', 'renderer/app.tsx', "import { x } from '../main/journal/record.ts';"],
    ['the window to the bridge', 'renderer/app.tsx', "import '../preload/index.ts';"],
    ['preload to main', 'preload/index.ts', "import { callChannel } from '../main/desktop/ipc.ts';"],
    ['main to the window', 'main/electron.ts', "import { App } from '../renderer/app.tsx';"],
  ])('%s', (_, file, line) => {
    expect(verdict(file, line)).toEqual([expect.stringContaining(file)]);
  });

  test.each(['node:fs', 'node:net', 'undici', 'node:timers'])('a protocol that imports %s', (name) => {
    expect(verdict('main/protocols/sse.ts', `import x from '${name}';`)).toEqual([expect.stringContaining('is pure')]);
  });

  test('Electron outside the desktop, even as a type', () => {
    expect(verdict('main/gateway/app.ts', "import type { App } from 'electron';")).toHaveLength(1);
  });
});

describe('a right import is left alone', () => {
  test.each([
    ['amp to gateway', 'main/amp/routes.ts', "import { GatewayError } from '../gateway/errors.ts';"],
    ['gateway to providers, two layers down', 'main/gateway/app.ts', "import { a } from '../providers/contract.ts';"],
    ['a protocol to another', 'main/protocols/anthropic/request.ts', "import { a } from '../sse.ts';"],
    ['a protocol to a type of Node', 'main/protocols/sse.ts', "import type { Readable } from 'node:stream';"],
    ['anyone to the clock', 'main/settings/store.ts', "import type { Clock } from '../clock.ts';"],
    ['the window to the contract', 'renderer/app.tsx', "import { calls } from '../preload/contract.ts';"],
    ['an entry to everything below', 'main/cli.ts', "const serve = await import('./cli/serve.ts');"],
  ])('%s', (_, file, line) => {
    expect(importsIn(file, line)).toHaveLength(1);
    expect(verdict(file, line)).toEqual([]);
  });
});

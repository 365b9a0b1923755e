import { expect, it } from 'vitest';
import { openBrowser } from '../../main/cli/open-browser.ts';

const program = process.execPath;

it.each([
  ['https://login.example/', { BROWSER: program }, true],
  ['http://127.0.0.1:1/', { BROWSER: program }, true],
  ['http://login.example/', { BROWSER: program }, false],
  ['file:///etc/passwd', { BROWSER: program }, false],
  ['--version', { BROWSER: program }, false],
  ['https://login.example/', { BROWSER: '/nowhere/browser' }, false],
  ['https://login.example/', {}, false],
])('%s with %j is opened: %s', async (address, env, opened) => {
  expect(await openBrowser(address, { platform: 'linux', env })).toBe(opened);
});

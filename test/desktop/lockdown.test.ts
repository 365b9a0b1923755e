import { expect, test } from 'vitest';
import { mayLoad } from '../../main/desktop/lockdown.ts';

test('the window loads its own pages and nothing else', () => {
  expect(mayLoad('fusebox://app/index.html', false)).toBe(true);
  for (const address of [
    'https://example.com/',
    'http://127.0.0.1:8317/',
    'file:///etc/passwd',
    'data:text/html,x',
    'fusebox://app.evil/',
    'fusebox://apple/',
  ]) {
    expect(mayLoad(address, true)).toBe(false);
  }
});

test("the inspector's own pages load while developing only", () => {
  expect(mayLoad('devtools://devtools/bundled/inspector.html', true)).toBe(true);
  expect(mayLoad('devtools://devtools/bundled/inspector.html', false)).toBe(false);
});

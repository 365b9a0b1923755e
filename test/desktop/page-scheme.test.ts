import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { contentSecurityPolicy, pageFile, pageHandler } from '../../main/desktop/page-scheme.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'fusebox-pages-'));
const root = path.join(folder, 'renderer');
mkdirSync(root);
writeFileSync(path.join(root, 'index.html'), '<!doctype html>');
writeFileSync(path.join(root, 'notes.txt'), 'not a page');
writeFileSync(path.join(folder, 'secret.js'), 'outside');
afterAll(() => rmSync(folder, { recursive: true }));

const answer = (address: string, method = 'GET') => pageHandler(root)(new Request(address, { method }));

test('addresses of the window stand for files below the root', () => {
  expect(pageFile('/r', 'fusebox://app/')).toBe(path.resolve('/r/index.html'));
  expect(pageFile('/r', 'fusebox://app/assets/a%20b.js?x#y')).toBe(path.resolve('/r/assets/a b.js'));
});

test('dots lead nowhere outside of the root', () => {
  expect(pageFile('/r', 'fusebox://app/%2e%2e/secret.js')).toBe(path.resolve('/r/secret.js'));
});

test.each([
  'fusebox://other/index.html',
  'https://app/index.html',
  'file:///r/index.html',
  'fusebox://app/a/%2e%2e%2f%2e%2e/secret.js',
  'fusebox://app/..%5csecret.js',
  'fusebox://app/%00',
  'fusebox://app/%zz',
  'not an address',
])('%s stands for no file', (address) => {
  expect(pageFile('/r', address)).toBeUndefined();
});

test('a page comes with its type and the policy', async () => {
  const response = await answer('fusebox://app/');
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(response.headers.get('content-security-policy')).toBe(contentSecurityPolicy);
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
});

test.each([
  ['fusebox://app/missing.js', 'GET'],
  ['fusebox://app/notes.txt', 'GET'],
  ['fusebox://app/%2e%2e/secret.js', 'GET'],
  ['fusebox://app/', 'POST'],
])('%s by %s is not found', async (address, method) => {
  expect((await answer(address, method)).status).toBe(404);
});

test('the policy allows nothing inline and no connection', () => {
  expect(contentSecurityPolicy).toContain("default-src 'none'");
  expect(contentSecurityPolicy).not.toMatch(/unsafe|connect-src|\*/);
});

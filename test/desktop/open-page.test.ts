import { expect, test } from 'vitest';
import { allowedPages, openPage } from '../../main/desktop/open-page.ts';
import { createProviders } from '../../main/providers/index.ts';

const providers = createProviders({ userAgent: 'Fusebox/1', installId: 'test', now: () => 0 });

async function opens(address: string, endpoints: Parameters<typeof allowedPages>[1] = {}): Promise<boolean> {
  const opened: string[] = [];
  const opener = { openExternal: async (url: string) => void opened.push(url) };
  const said = await openPage(opener, address, allowedPages(providers, endpoints));
  expect(said, 'what it says is what it did').toBe(opened.length === 1);
  return said;
}

test.each([
  'https://claude.ai/oauth/authorize?client_id=x',
  'https://auth.openai.com/oauth/authorize',
  'https://auth.openai.com/codex/device',
  'https://console.cloud.google.com/apis/library/x',
])('%s is a page of a sign-in', async (address) => {
  expect(await opens(address)).toBe(true);
});

test.each([
  'http://claude.ai/oauth/authorize',
  'https://claude.ai.evil.example/oauth',
  'https://evil.example/?https://claude.ai/',
  'https://claude.ai@evil.example/',
  'https://claude.ai:8443/',
  'https://notopenai.com/codex/device',
  'http://127.0.0.1:8317/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'not an address',
])('%s is not', async (address) => {
  expect(await opens(address)).toBe(false);
});

test('addresses of the settings are opened too, without https only on this machine', async () => {
  const endpoints = {
    claude: { authorize: 'https://login.corp.example/authorize', token: 'http://127.0.0.1:9/token' },
  };
  expect(await opens('https://login.corp.example/authorize?state=x', endpoints)).toBe(true);
  expect(await opens('http://127.0.0.1:9/authorize', endpoints)).toBe(true);
  expect(await opens('http://127.0.0.1:10/authorize', endpoints)).toBe(false);
  expect(await opens('http://login.corp.example/', { claude: { authorize: 'http://login.corp.example/' } })).toBe(
    false,
  );
});

import { expect, test } from 'vitest';
import { startProxy } from './forward-proxy.ts';
import { startEngine } from './harness.ts';

test('proxy-url carries model calls and the traffic to Amp, and a change takes effect at once', async () => {
  const proxy = await startProxy();
  const { messages, url, settings, anthropic, amp } = await startEngine({ settings: { 'proxy-url': proxy.url } });
  expect((await messages()).status).toBe(200);
  expect((await fetch(`${url}/api/user`)).status).toBe(200);
  expect(proxy.targets.sort()).toEqual([new URL(anthropic.url).host, new URL(amp.url).host].sort());
  await settings.update({ 'proxy-url': 'direct' });
  expect((await fetch(`${url}/api/user`)).status).toBe(200);
  expect((await messages()).status).toBe(200);
  expect(proxy.targets).toHaveLength(2);
});

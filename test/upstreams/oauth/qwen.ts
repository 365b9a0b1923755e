import { type FakeDeviceService, startDeviceService } from './device-service.ts';

/** chat.qwen.ai: device codes with PKCE, and tokens for a host that it names. */
export function startFakeQwen(now: () => number): Promise<FakeDeviceService> {
  return startDeviceService(
    {
      clientId: 'f0304373b74a44d2b584a3fb70ca9e56',
      devicePath: '/api/v1/oauth2/device/code',
      tokenPath: '/api/v1/oauth2/token',
      scope: 'openid profile email model.completion',
      pkce: true,
      page: 'https://chat.qwen.ai/authorize',
      lifetimeSeconds: 21_600,
      more: () => ({ resource_url: 'portal.qwen.ai' }),
    },
    now,
  );
}

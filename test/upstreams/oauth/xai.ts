import { jsonAnswer } from '../answer.ts';
import { type FakeDeviceService, startDeviceService } from './device-service.ts';
import { bearerOnly, jwt, Refused } from './service.ts';

/** auth.x.ai: says where its endpoints are, and who signed in. */
export function startFakeXai(now: () => number): Promise<FakeDeviceService> {
  return startDeviceService(
    {
      clientId: 'b1a00492-073a-47ea-816f-4c329264a828',
      devicePath: '/oauth2/device/code',
      tokenPath: '/oauth2/issue',
      scope: 'openid profile email offline_access grok-cli:access api:access',
      page: 'https://accounts.x.ai/device',
      lifetimeSeconds: 604_800,
      more: () => ({ id_token: jwt({ sub: 'sub-1', email: 'ada@example.com' }) }),
      routes: (service, tokens) => ({
        'GET /.well-known/openid-configuration': () =>
          jsonAnswer(200, {
            issuer: service().origin,
            device_authorization_endpoint: `${service().origin}/oauth2/device/code`,
            token_endpoint: `${service().origin}/oauth2/issue`,
          }),
        'GET /v1/billing'(call) {
          bearerOnly(call, tokens()?.access_token);
          if (call.record.headers['x-xai-token-auth'] !== 'xai-grok-cli' || call.query.get('format') !== 'credits')
            throw new Refused(403, 'permission-denied', 'bad credentials');
          return jsonAnswer(200, {
            config: { creditUsagePercent: 37.5, currentPeriod: { end: '2026-12-01T00:00:00Z' } },
          });
        },
      }),
    },
    now,
  );
}

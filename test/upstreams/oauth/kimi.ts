import { jsonAnswer } from '../answer.ts';
import { type FakeDeviceService, startDeviceService } from './device-service.ts';
import { bearerOnly, Refused, type ServiceCall } from './service.ts';

const wanted = ['platform', 'version', 'device-name', 'device-model', 'device-id'];

function check({ record }: ServiceCall): void {
  const missing = wanted.find((name) => !record.headers[`x-msh-${name}`]);
  if (missing) throw new Refused(400, 'invalid_request', `x-msh-${missing} is missing`);
}

/** Figures are texts there. */
const kimiUsageBody = {
  usage: { limit: '2048', used: '512', remaining: '1536', resetTime: '2026-11-25T00:00:00Z' },
  limits: [
    {
      window: { duration: 300, timeUnit: 'TIME_UNIT_MINUTE' },
      detail: { limit: '200', remaining: '50', resetTime: '2026-11-22T15:00:00Z' },
    },
    { window: { duration: 1, timeUnit: 'TIME_UNIT_FORTNIGHT' }, detail: { limit: '1', used: '1' } },
  ],
};

/** auth.kimi.com: every call must say what is signed in; a refresh token that is not taken gets 401 and no more. */
export function startFakeKimi(now: () => number): Promise<FakeDeviceService> {
  return startDeviceService(
    {
      clientId: '17e5f671-d194-4dfb-9706-5516cb48c098',
      devicePath: '/api/oauth/device_authorization',
      tokenPath: '/api/oauth/token',
      page: 'https://www.kimi.com/code/authorize_device',
      lifetimeSeconds: 900,
      refusal: 401,
      check,
      routes: (_service, tokens) => ({
        'GET /coding/v1/usages'(call) {
          check(call);
          bearerOnly(call, tokens()?.access_token);
          return jsonAnswer(200, kimiUsageBody);
        },
      }),
    },
    now,
  );
}

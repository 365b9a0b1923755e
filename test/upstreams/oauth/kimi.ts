import { type FakeDeviceService, startDeviceService } from './device-service.ts';
import { Refused } from './service.ts';

const wanted = ['platform', 'version', 'device-name', 'device-model', 'device-id'];

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
      check({ record }) {
        const missing = wanted.find((name) => !record.headers[`x-msh-${name}`]);
        if (missing) throw new Refused(400, 'invalid_request', `x-msh-${missing} is missing`);
      },
    },
    now,
  );
}

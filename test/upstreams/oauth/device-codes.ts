import type { SecretBook } from './grants.ts';
import { challengeOf } from './grants.ts';
import { Refused } from './service.ts';

export interface DeviceRules {
  /** Seconds. */
  interval: number;
  /** Seconds. */
  lifetime: number;
  /** What the service adds to the interval of whoever polls too fast, in seconds: RFC 8628 §3.5 says 5. */
  penalty: number;
  /** The interval never grows above this, in seconds. */
  longest: number;
}

interface Device {
  deviceCode: string;
  userCode: string;
  challenge: string | undefined;
  intervalMs: number;
  expiresAt: number;
  polledAt: number | undefined;
  state: 'pending' | 'approved' | 'denied' | 'used';
}

/** Device codes of RFC 8628; polls that come too fast are told so and must slow down. */
export class DeviceCodes {
  readonly rules: DeviceRules = { interval: 5, lifetime: 900, penalty: 5, longest: 60 };
  /** Polls that the service found too fast. */
  tooFast = 0;
  private devices: Device[] = [];
  private demanding = false;
  private readonly secrets: SecretBook;
  private readonly now: () => number;

  constructor(secrets: SecretBook, now: () => number) {
    this.secrets = secrets;
    this.now = now;
  }

  issue(challenge?: string): { deviceCode: string; userCode: string } {
    const { interval, lifetime } = this.rules;
    const device: Device = {
      deviceCode: this.secrets.make('device'),
      userCode: `FUSE-${1000 + this.devices.length}`,
      challenge,
      intervalMs: interval * 1000,
      expiresAt: this.now() + lifetime * 1000,
      polledAt: undefined,
      state: 'pending',
    };
    this.devices.push(device);
    return device;
  }

  /** The owner on the page. */
  approve(userCode = this.devices.at(-1)?.userCode): void {
    this.decide(userCode, 'approved');
  }

  deny(userCode = this.devices.at(-1)?.userCode): void {
    this.decide(userCode, 'denied');
  }

  /** The next poll is one too many, however late it comes. */
  demandSlower(): void {
    this.demanding = true;
  }

  /** Throws Refused with the code of RFC 8628 §3.5 unless the owner has approved; a code gives tokens once. */
  poll(deviceCode: string, verifier?: string): void {
    const device = this.devices.find((one) => one.deviceCode === deviceCode);
    if (!device || device.state === 'used')
      throw new Refused(400, 'invalid_grant', `the code is not known: ${deviceCode}`);
    this.mustBeSlow(device);
    if (this.now() >= device.expiresAt) throw new Refused(400, 'expired_token');
    if (device.state === 'denied') throw new Refused(400, 'access_denied');
    if (device.challenge !== undefined && challengeOf(this.secrets.learn(verifier ?? '')) !== device.challenge)
      throw new Refused(400, 'invalid_grant', `the verifier ${verifier} does not fit`);
    if (device.state === 'pending') throw new Refused(400, 'authorization_pending');
    device.state = 'used';
  }

  private mustBeSlow(device: Device): void {
    const tooFast = device.polledAt !== undefined && this.now() - device.polledAt < device.intervalMs;
    device.polledAt = this.now();
    if (tooFast) this.tooFast++;
    if (!tooFast && !this.demanding) return;
    this.demanding = false;
    const { penalty, longest } = this.rules;
    device.intervalMs = Math.min(device.intervalMs + penalty * 1000, longest * 1000);
    throw new Refused(400, 'slow_down');
  }

  private decide(userCode: string | undefined, state: 'approved' | 'denied'): void {
    const device = this.devices.find((one) => one.userCode === userCode && one.state === 'pending');
    if (!device) throw new Error('there is no such code to decide on');
    device.state = state;
  }
}

import { type Answer, jsonAnswer } from '../answer.ts';
import { DeviceCodes } from './device-codes.ts';
import { RotatingTokens, SecretBook, type Tokens } from './grants.ts';
import { demand, type Handler, Refused, type ServiceCall, type SignInService, startService } from './service.ts';

export interface DeviceServiceRules {
  clientId: string;
  /** Paths. */
  devicePath: string;
  tokenPath: string;
  scope?: string;
  /** Wants a code challenge and checks the verifier of each poll. */
  pkce?: boolean;
  /** What the owner's page is called. */
  page: string;
  lifetimeSeconds: number;
  /** Of the answer to a refresh token that is not taken; default 400. */
  refusal?: number;
  /** Throws Refused for calls that do not carry what the service wants. */
  check?(call: ServiceCall): void;
  /** Fields of every answer with tokens, beside the standard ones. */
  more?(): Record<string, unknown>;
  /** Other routes. */
  routes?(service: () => SignInService, tokens: () => Tokens | undefined): Record<string, Handler>;
}

export interface FakeDeviceService extends SignInService {
  secrets: ReadonlySet<string>;
  devices: DeviceCodes;
  /** The newest tokens. */
  tokens(): Tokens | undefined;
  /** Signs in without a browser. */
  issue(): Tokens;
  deviceUrl: string;
  tokenUrl: string;
  /** Answers to refreshes carry nothing but an access token. */
  sparse: boolean;
}

/** A strict device authorization server (RFC 8628). `now` in milliseconds since the Unix epoch. */
export async function startDeviceService(rules: DeviceServiceRules, now: () => number): Promise<FakeDeviceService> {
  const secrets = new SecretBook();
  const devices = new DeviceCodes(secrets, now);
  const tokens = new RotatingTokens(secrets);
  const switches = { sparse: false };
  const answer = (pair: Tokens): Answer =>
    jsonAnswer(200, { token_type: 'Bearer', expires_in: rules.lifetimeSeconds, ...rules.more?.(), ...pair });
  const begin = (call: ServiceCall): Answer => {
    rules.check?.(call);
    const form = call.form();
    const { clientId, scope, pkce } = rules;
    demand(form, {
      client_id: clientId,
      ...(scope ? { scope } : {}),
      ...(pkce ? { code_challenge_method: 'S256' } : {}),
    });
    const challenge = form.get('code_challenge') ?? undefined;
    if (pkce && !challenge) throw new Refused(400, 'invalid_request', 'code_challenge is missing');
    return jsonAnswer(200, deviceAnswer(devices, challenge, rules.page));
  };
  const token = (call: ServiceCall): Answer => {
    rules.check?.(call);
    const form = call.form();
    demand(form, { client_id: rules.clientId });
    if (form.get('grant_type') === 'refresh_token') {
      const pair = tokens.rotate(form, { status: rules.refusal ?? 400 });
      return switches.sparse ? jsonAnswer(200, { access_token: pair.access_token, refresh_token: '' }) : answer(pair);
    }
    demand(form, { grant_type: 'urn:ietf:params:oauth:grant-type:device_code' });
    devices.poll(form.get('device_code') ?? '', form.get('code_verifier') ?? undefined);
    return answer(tokens.issue());
  };
  const routes = { [`POST ${rules.devicePath}`]: begin, [`POST ${rules.tokenPath}`]: token };
  let service: SignInService | undefined;
  const started = () => {
    if (!service) throw new Error('the service has not started');
    return service;
  };
  service = await startService({ ...routes, ...rules.routes?.(started, () => tokens.current) });
  return Object.assign(switches, service, {
    secrets: secrets.all,
    devices,
    tokens: () => tokens.current,
    issue: () => tokens.issue(),
    deviceUrl: service.origin + rules.devicePath,
    tokenUrl: service.origin + rules.tokenPath,
  });
}

function deviceAnswer(devices: DeviceCodes, challenge: string | undefined, page: string): Record<string, unknown> {
  const { deviceCode, userCode } = devices.issue(challenge);
  return {
    device_code: deviceCode,
    user_code: userCode,
    verification_uri: page,
    verification_uri_complete: `${page}?user_code=${userCode}`,
    expires_in: devices.rules.lifetime,
    interval: devices.rules.interval,
  };
}

import { type DeviceFlow, type DeviceGrant, type FlowContext, SignInError } from '../../accounts/sign-in/flow.ts';
import { callEndpoint, EndpointFailure, EndpointRefusal, isText } from '../oauth/endpoint-call.ts';
import { askedWait, signInFailure } from '../oauth/failures.ts';
import { exchangeCode } from '../oauth/grants.ts';
import { relatedUrl } from '../oauth/related-url.ts';
import { chatgptClient, chatgptEndpoints, clientId } from './client.ts';
import { finish } from './sign-in.ts';

const issuer = 'https://auth.openai.com';
/** Registered for codes that were approved on OpenAI's page; sent as it is, wherever the token endpoint is. */
const approvedRedirect = `${issuer}/deviceauth/callback`;
/** OpenAI forgets a code after this time, in milliseconds. */
const limitMs = 15 * 60_000;
const shortestIntervalMs = 5_000;
const longestIntervalMs = 60_000;

/** OpenAI's own way, not RFC 8628: the approval is an authorization code, and the server makes the PKCE pair. */
export const deviceFlow: DeviceFlow = { method: 'device', verificationHosts: ['openai.com'], begin, finish };

interface Issued {
  deviceAuthId: string;
  userCode: string;
  intervalMs: number;
  /** Milliseconds since the Unix epoch. */
  expiresAt: number;
}

interface Approval {
  code: string;
  codeVerifier: string;
}

async function begin(context: FlowContext): Promise<DeviceGrant> {
  const issued = await requestCode(context);
  const { authorize } = context.endpoints;
  return {
    userCode: issued.userCode,
    verificationUrl: relatedUrl(authorize, chatgptEndpoints.authorize, `${issuer}/codex/device`),
    expiresAt: issued.expiresAt,
    async tokens(waiting) {
      const { code, codeVerifier } = await approval(issued, waiting);
      waiting.progress('exchanging-code');
      const grant = { code, codeVerifier, redirectUri: approvedRedirect, state: '' };
      return exchangeCode(chatgptClient(waiting.endpoints), grant, waiting);
    },
  };
}

async function requestCode(context: FlowContext): Promise<Issued> {
  try {
    const { json } = await callEndpoint(context.fetch, deviceUrl(context, 'usercode'), {
      json: { client_id: clientId },
      signal: context.signal,
    });
    const userCode = [json.user_code, json.usercode].find(isText);
    if (!userCode || !isText(json.device_auth_id)) throw new EndpointFailure('OpenAI sent no usable device code', true);
    const intervalMs = Math.max((Number(json.interval) || 0) * 1000, shortestIntervalMs);
    return { deviceAuthId: json.device_auth_id, userCode, intervalMs, expiresAt: context.now() + limitMs };
  } catch (error) {
    if (error instanceof EndpointRefusal && error.status === 404)
      throw new SignInError('method_unavailable', 'OpenAI does not offer signing in with a code here');
    throw signInFailure(error, 'exchange_failed');
  }
}

/** Polls until the owner has approved. Throws SignInError. */
async function approval(issued: Issued, context: FlowContext): Promise<Approval> {
  context.progress('waiting-for-approval');
  let waitMs = issued.intervalMs;
  while (context.now() + waitMs <= issued.expiresAt) {
    await context.wait(waitMs);
    const outcome = await pollOnce(issued, context, waitMs);
    if (typeof outcome !== 'number') return outcome;
    waitMs = outcome;
  }
  throw new SignInError('expired');
}

/** The approval, or how long to wait before the next poll. */
async function pollOnce(issued: Issued, context: FlowContext, waitedMs: number): Promise<Approval | number> {
  const { deviceAuthId, userCode } = issued;
  try {
    const { json } = await callEndpoint(context.fetch, deviceUrl(context, 'token'), {
      json: { device_auth_id: deviceAuthId, user_code: userCode },
      signal: context.signal,
    });
    if (isText(json.authorization_code) && isText(json.code_verifier))
      return { code: json.authorization_code, codeVerifier: json.code_verifier };
    throw new SignInError('exchange_failed', 'OpenAI sent no usable authorization code');
  } catch (error) {
    const longerMs = Math.min(waitedMs * 2, longestIntervalMs);
    if (error instanceof EndpointFailure) return longerMs;
    if (!(error instanceof EndpointRefusal)) throw error;
    if (isPending(error)) return issued.intervalMs;
    if (error.status === 429 || error.status >= 500) return Math.max(askedWait(error, context.now()) ?? 0, longerMs);
    throw signInFailure(error, 'exchange_failed', [deviceAuthId, userCode]);
  }
}

/** Until the owner approves, OpenAI forbids the code or does not know it. A region it does not serve is no waiting. */
function isPending({ status, text }: EndpointRefusal): boolean {
  return (status === 403 || status === 404) && !text.includes('unsupported_country_region_territory');
}

function deviceUrl({ endpoints }: FlowContext, name: 'usercode' | 'token'): string {
  return relatedUrl(endpoints.token, chatgptEndpoints.token, `${issuer}/api/accounts/deviceauth/${name}`);
}

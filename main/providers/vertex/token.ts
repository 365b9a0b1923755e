import { sign } from 'node:crypto';
import type { Secret } from '../../accounts/account.ts';
import { objectIn } from '../../protocols/json-text.ts';
import { type ProviderEndpoints, type RefreshContext, RefreshError, type RefreshedTokens } from '../contract.ts';
import { googleSignIn } from '../google/hosts.ts';
import { callEndpoint, EndpointRefusal, isText } from '../oauth/endpoint-call.ts';
import { refreshFailure } from '../oauth/failures.ts';

const scope = 'https://www.googleapis.com/auth/cloud-platform';
/** In seconds; Google allows no more. */
const lifetime = 3600;

type MintContext = Pick<RefreshContext, 'fetch' | 'now'> & { endpoints: Pick<ProviderEndpoints, 'token'> };

/**
 * An access token for a service account: a signed JWT in exchange for it (RFC 7523 §2.1). Rejects with RefreshError,
 * final when the key cannot be used.
 */
export async function mintToken({ serviceAccountKey }: Secret, context: MintContext): Promise<RefreshedTokens> {
  const key = objectIn(serviceAccountKey ?? '') ?? {};
  const { client_email: email, private_key: pem, private_key_id: keyId } = key;
  if (!isText(pem)) throw new RefreshError('The account has no service account key', true);
  if (!isText(email)) throw new RefreshError('The service account key has no client_email', true);
  const now = context.now();
  const assertion = signedJwt(pem, isText(keyId) ? { kid: keyId } : {}, claims(email, now));
  const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
  try {
    const { json } = await callEndpoint(context.fetch, context.endpoints.token, { form });
    return tokensIn(json, context.now());
  } catch (error) {
    throw explained(error, refreshFailure(error, now, { secrets: [assertion] }));
  }
}

/** The audience is Google's even where a company's gateway stands before it; the key file's own token_uri is not followed. */
function claims(email: string, now: number): object {
  const iat = Math.floor(now / 1000);
  return { iss: email, scope, aud: googleSignIn.token, iat, exp: iat + lifetime };
}

function signedJwt(pem: string, header: object, payload: object): string {
  const parts = [{ alg: 'RS256', typ: 'JWT', ...header }, payload];
  const input = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  try {
    return `${input}.${sign('RSA-SHA256', Buffer.from(input), pem).toString('base64url')}`;
  } catch {
    // OpenSSL's own words may say more of the key than anybody should see.
    throw new RefreshError('The service account key cannot sign', true);
  }
}

function tokensIn({ access_token: accessToken, expires_in: seconds }: Record<string, unknown>, now: number) {
  if (!isText(accessToken)) throw new RefreshError('The sign-in service sent no access token', false);
  const lives = typeof seconds === 'number' && seconds > 0 ? seconds : lifetime;
  return { accessToken, expiresAt: now + lives * 1000 };
}

/** Google says invalid_grant for keys that are gone and for clocks that are wrong. */
function explained(error: unknown, failure: RefreshError): RefreshError {
  if (!(error instanceof EndpointRefusal && error.code === 'invalid_grant')) return failure;
  const hint = /short-lived|\b(iat|exp)\b/.test(error.description)
    ? 'The clock of this machine may be wrong'
    : 'The key or its service account may be deleted or disabled; create a new key in the Google Cloud console';
  return new RefreshError(`${failure.message.replace(/\.$/, '')}. ${hint}`, true);
}

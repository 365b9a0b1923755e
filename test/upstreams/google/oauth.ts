import { createHash, createVerify, randomBytes } from 'node:crypto';
import { type Answer, jsonAnswer } from '../answer.ts';
import { isObject, parseJson } from '../json.ts';
import type { RecordedRequest } from '../recording.ts';
import { type GoogleClient, googleClients, sha256 } from './clients.ts';
import { oauthError } from './errors.ts';

/** A service account's key as the fake knows it. */
export interface ServiceKey {
  email: string;
  keyId: string;
  /** PEM. */
  publicKey: string;
}

interface Code {
  client: GoogleClient;
  redirectUri: string;
  challenge: string;
  scope: string;
  /** Only with access_type=offline and prompt=consent. */
  withRefreshToken: boolean;
}

const lifetimeSeconds = 3599;
const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** accounts.google.com and oauth2.googleapis.com: what they issue, they know, and nothing else. */
export class GoogleOAuth {
  readonly accessTokens = new Set<string>();
  readonly refreshTokens = new Map<string, GoogleClient>();
  readonly serviceKeys: ServiceKey[] = [];
  /** Claims of the id_token; none is sent without. */
  idClaims: Record<string, unknown> | undefined;
  /** Lets the owner decline. */
  declines = false;
  readonly #codes = new Map<string, Code>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** GET /o/oauth2/v2/auth, by an owner who agrees at once: redirects with a code. */
  authorize(request: RecordedRequest): Answer {
    const query = new URLSearchParams(request.query);
    const client = googleClients.find(({ id }) => id === query.get('client_id'));
    const redirectUri = query.get('redirect_uri') ?? '';
    const wrong = wrongIn(query, client, redirectUri);
    if (!client || wrong) return oauthError(400, 'invalid_request', wrong ?? 'The OAuth client was not found.');
    const back = new URL(redirectUri);
    back.searchParams.set('state', query.get('state') ?? '');
    if (this.declines) back.searchParams.set('error', 'access_denied');
    else back.searchParams.set('code', this.#newCode(query, client, redirectUri));
    return { status: 302, headers: { location: back.toString() }, parts: [] };
  }

  #newCode(query: URLSearchParams, client: GoogleClient, redirectUri: string): string {
    // Real codes hold signs that have to be encoded.
    const code = `4/0A+${randomBytes(16).toString('base64')}%2F`;
    this.#codes.set(code, {
      client,
      redirectUri,
      challenge: query.get('code_challenge') ?? '',
      scope: query.get('scope') ?? '',
      withRefreshToken: query.get('access_type') === 'offline' && query.get('prompt') === 'consent',
    });
    return code;
  }

  /** POST /token. */
  token(request: RecordedRequest): Answer {
    const type = request.headers['content-type'] ?? '';
    if (!type.startsWith('application/x-www-form-urlencoded')) return oauthError(400, 'invalid_request', 'Not a form.');
    const form = new URLSearchParams(request.body.toString('utf8'));
    if (form.get('grant_type') === jwtBearer) return this.#assertion(form.get('assertion') ?? '');
    const client = googleClients.find(({ id }) => id === form.get('client_id'));
    if (!client) return oauthError(401, 'invalid_client', 'The OAuth client was not found.');
    if (sha256(form.get('client_secret') ?? '') !== client.secretSha256)
      return oauthError(401, 'invalid_client', 'Unauthorized');
    if (form.get('grant_type') === 'authorization_code') return this.#exchange(form, client);
    if (form.get('grant_type') === 'refresh_token') return this.#refresh(form, client);
    return oauthError(400, 'unsupported_grant_type', `Invalid grant_type: ${form.get('grant_type')}`);
  }

  /** Whether a request carries an access token that was issued here. */
  knows(request: RecordedRequest): boolean {
    const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ');
    return scheme === 'Bearer' && this.accessTokens.has(token);
  }

  #exchange(form: URLSearchParams, client: GoogleClient): Answer {
    const code = this.#codes.get(form.get('code') ?? '');
    this.#codes.delete(form.get('code') ?? '');
    if (!code || code.client !== client) return oauthError(400, 'invalid_grant', 'Malformed auth code.');
    if (form.get('redirect_uri') !== code.redirectUri) return oauthError(400, 'redirect_uri_mismatch', 'Bad Request');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (challenge !== code.challenge) return oauthError(400, 'invalid_grant', 'Invalid code verifier.');
    const refreshToken = `1//0${randomBytes(12).toString('base64')}`;
    if (code.withRefreshToken) this.refreshTokens.set(refreshToken, client);
    return jsonAnswer(200, {
      ...this.#issued(),
      scope: code.scope,
      ...(code.withRefreshToken ? { refresh_token: refreshToken } : {}),
      ...(this.idClaims ? { id_token: unsignedJwt(this.idClaims) } : {}),
    });
  }

  #refresh(form: URLSearchParams, client: GoogleClient): Answer {
    if (this.refreshTokens.get(form.get('refresh_token') ?? '') !== client)
      return oauthError(400, 'invalid_grant', 'Token has been expired or revoked.');
    return jsonAnswer(200, this.#issued());
  }

  #assertion(assertion: string): Answer {
    const [header = '', payload = '', signature = ''] = assertion.split('.');
    const [head, claims] = [header, payload].map((part) => parseJson(Buffer.from(part, 'base64url').toString('utf8')));
    if (!isObject(head) || !isObject(claims) || head.alg !== 'RS256')
      return oauthError(400, 'invalid_grant', 'Invalid JWT: Failed audience check.');
    const key = this.serviceKeys.find(({ email }) => email === claims.iss);
    if (!key) return oauthError(400, 'invalid_grant', 'Invalid grant: account not found');
    const signed = createVerify('RSA-SHA256').update(`${header}.${payload}`);
    if (head.kid !== key.keyId || !signed.verify(key.publicKey, signature, 'base64url'))
      return oauthError(400, 'invalid_grant', 'Invalid JWT Signature.');
    if (claims.aud !== 'https://oauth2.googleapis.com/token')
      return oauthError(400, 'invalid_grant', 'Invalid JWT: Failed audience check.');
    if (claims.scope !== 'https://www.googleapis.com/auth/cloud-platform')
      return oauthError(400, 'invalid_scope', 'Invalid OAuth scope or ID token audience provided.');
    if (!isTimely(claims, this.#now() / 1000)) {
      const words =
        'Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values';
      return oauthError(400, 'invalid_grant', `Invalid JWT: ${words} in the JWT claim.`);
    }
    return jsonAnswer(200, this.#issued());
  }

  #issued() {
    const accessToken = `ya29.${randomBytes(18).toString('base64url')}`;
    this.accessTokens.add(accessToken);
    return { access_token: accessToken, expires_in: lifetimeSeconds, token_type: 'Bearer' };
  }
}

function wrongIn(query: URLSearchParams, client: GoogleClient | undefined, redirectUri: string): string | undefined {
  const redirect = URL.canParse(redirectUri) ? new URL(redirectUri) : undefined;
  const asked = (query.get('scope') ?? '').split(' ');
  if (!client) return undefined;
  if (redirect?.hostname !== 'localhost' || redirect.pathname !== client.callbackPath) return 'redirect_uri_mismatch';
  if (query.get('response_type') !== 'code') return 'Invalid response_type';
  if (asked.length !== client.scopes.length || !asked.every((one) => client.scopes.includes(one)))
    return 'invalid_scope';
  if ((query.get('state') ?? '').length < 32) return 'The state is missing or can be guessed';
  return query.get('code_challenge_method') === 'S256' ? undefined : 'Missing PKCE';
}

function isTimely({ iat, exp }: Record<string, unknown>, now: number): boolean {
  if (typeof iat !== 'number' || typeof exp !== 'number') return false;
  return exp - iat <= 3600 && exp > now && Math.abs(now - iat) <= 300;
}

function unsignedJwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(claims)}.c2ln`;
}

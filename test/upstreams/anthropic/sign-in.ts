import { createHash, randomBytes } from 'node:crypto';
import { type Answer, htmlAnswer, jsonAnswer, textAnswer } from '../answer.ts';
import type { JsonObject } from '../json.ts';
import { type FakeAccount, newToken } from './accounts.ts';

export const claudeClientId = '9d1c250a-e61b-44d9-88ed-5944d1962f5e';
const scopes = 'user:profile user:inference user:sessions:claude_code user:mcp_servers user:file_upload';
const manualRedirect = 'https://platform.claude.com/oauth/code/callback';
const codeLifeMs = 10 * 60_000;

interface IssuedCode {
  redirectUri: string;
  challenge: string;
  state: string;
  expiresAt: number;
  used: boolean;
}

/** claude.ai's page and the exchange of its codes: each works once, for what it was asked with, byte for byte. */
export class ClaudeSignIn {
  /** Who is signed in in the browser; the first account when undefined. */
  as: FakeAccount | undefined;
  /** The owner refuses, or the service does, with these words. */
  refusal: { error: string; description?: string } | undefined;
  private readonly codes = new Map<string, IssuedCode>();
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  /** GET /oauth/authorize. The owner agrees at once and is sent back. */
  page(query: URLSearchParams): Answer {
    const problem = pageProblem(query);
    if (problem) return textAnswer(400, 'text/plain', problem);
    const [redirectUri, state] = [query.get('redirect_uri') ?? '', query.get('state') ?? ''];
    const { error, description } = this.refusal ?? {};
    const fields = error
      ? { error, ...(description ? { error_description: description } : {}), state }
      : { code: this.issue(redirectUri, query.get('code_challenge') ?? '', state), state };
    const location = `${redirectUri}?${new URLSearchParams(fields)}`;
    return { ...htmlAnswer(302), headers: { location } };
  }

  /** POST /v1/oauth/token with an authorization code. */
  exchange(body: JsonObject, accounts: readonly FakeAccount[]): Answer {
    const issued = this.codes.get(String(body.code));
    // Quotes what it was sent, as careless services do.
    const refuse = (why: string) => oauthError(400, 'invalid_grant', `${why} (${body.code}, ${body.code_verifier})`);
    if (!issued || issued.used) return refuse('Invalid authorization code');
    issued.used = true;
    if (this.now() > issued.expiresAt) return refuse('Authorization code expired');
    if (body.redirect_uri !== issued.redirectUri) return refuse('Redirect URI mismatch');
    if (body.state !== issued.state) return refuse('State mismatch');
    if (challengeOf(String(body.code_verifier)) !== issued.challenge) return refuse('Invalid code verifier');
    const account = this.as ?? accounts[0];
    return account ? issueTokens(account) : refuse('No account');
  }

  private issue(redirectUri: string, challenge: string, state: string): string {
    const code = `code-${randomBytes(16).toString('base64url')}`;
    this.codes.set(code, { redirectUri, challenge, state, expiresAt: this.now() + codeLifeMs, used: false });
    return code;
  }
}

/** New tokens; those of before are dead. A setup token comes without a word about its owner. */
export function issueTokens(account: FakeAccount): Answer {
  account.accessToken = newToken('oat01');
  account.refreshToken = newToken('ort01');
  account.expired = false;
  const told = account.scopes.includes('user:profile');
  return jsonAnswer(200, {
    token_type: 'Bearer',
    access_token: account.accessToken,
    expires_in: 28_800,
    refresh_token: account.refreshToken,
    scope: account.scopes.join(' '),
    ...(told
      ? {
          organization: { uuid: account.organizationUuid, name: account.organizationName },
          account: { uuid: account.accountUuid, email_address: account.email },
        }
      : {}),
  });
}

export function oauthError(status: number, error: string, description: string): Answer {
  return jsonAnswer(status, { error, error_description: description });
}

function pageProblem(query: URLSearchParams): string | undefined {
  const wanted = {
    code: 'true',
    client_id: claudeClientId,
    response_type: 'code',
    scope: scopes,
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(wanted)) if (query.get(name) !== value) return `${name} is wrong`;
  const redirect = query.get('redirect_uri') ?? '';
  if (redirect !== manualRedirect && !/^http:\/\/localhost:\d+\/callback$/.test(redirect))
    return 'redirect_uri is wrong';
  if (!/^[\w-]{43}$/.test(query.get('code_challenge') ?? '')) return 'code_challenge is wrong';
  return (query.get('state') ?? '').length >= 22 ? undefined : 'state is too short';
}

function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

import { createHash, randomBytes } from 'node:crypto';
import type { Answer } from '../answer.ts';
import { Refused, type ServiceCall } from './service.ts';

/** Everything that a service handed out or was sent and that nobody else may read. */
export class SecretBook {
  readonly all = new Set<string>();

  /** As long as real tokens are: a service that quotes one fills its whole answer with it. */
  make(kind: string): string {
    return this.learn(`${kind}-${randomBytes(300).toString('hex')}`);
  }

  learn(secret: string): string {
    if (secret !== '') this.all.add(secret);
    return secret;
  }
}

interface IssuedCode {
  redirectUri: string;
  challenge: string;
  expiresAt: number;
  used: boolean;
}

export interface AuthorizeRules {
  clientId: string;
  redirectField?: string;
  /** Whether the page takes the redirect address. */
  takes(redirectUri: string): boolean;
  /** Other fields that the page must be called with. */
  fields: Readonly<Record<string, string>>;
}

/** Authorization codes (RFC 6749 §4.1) with PKCE (RFC 7636): each works once, for the redirect address it was asked with. */
export class AuthorizationCodes {
  private readonly codes = new Map<string, IssuedCode>();
  private readonly secrets: SecretBook;
  private readonly now: () => number;

  constructor(secrets: SecretBook, now: () => number) {
    this.secrets = secrets;
    this.now = now;
  }

  /** The owner's browser on the page: agrees at once, and is sent back with the state it came with. */
  authorize({ query }: ServiceCall, rules: AuthorizeRules): Answer {
    const { clientId, redirectField = 'redirect_uri', fields } = rules;
    const wanted = { ...fields, client_id: clientId, response_type: 'code', code_challenge_method: 'S256' };
    for (const [name, value] of Object.entries(wanted))
      if (query.get(name) !== value) throw new Refused(400, 'invalid_request', `${name} must be ${value}`);
    const redirectUri = query.get(redirectField) ?? '';
    if (!rules.takes(redirectUri)) throw new Refused(400, 'invalid_request', 'the redirect address is not registered');
    const [state, challenge] = [query.get('state'), query.get('code_challenge')];
    if (!state || !challenge) throw new Refused(400, 'invalid_request', 'state and code_challenge are missing');
    const code = this.issue(redirectUri, challenge);
    const location = `${redirectUri}?${new URLSearchParams({ code, state })}`;
    return { status: 302, headers: { location }, parts: [''] };
  }

  issue(redirectUri: string, challenge: string): string {
    const code = this.secrets.make('code');
    this.codes.set(code, { redirectUri, challenge, expiresAt: this.now() + 600_000, used: false });
    return code;
  }

  /** Throws Refused unless the code is fresh, and redirect address and verifier are those it was asked with. */
  redeem(form: URLSearchParams): void {
    const [code, verifier] = [form.get('code') ?? '', this.secrets.learn(form.get('code_verifier') ?? '')];
    const issued = this.codes.get(code);
    // Quotes what it was sent, as careless services do.
    const refuse = (why: string) => new Refused(400, 'invalid_grant', `${why}: ${verifier} ${code}`);
    if (!issued || issued.used) throw refuse('the code is not known');
    issued.used = true;
    if (this.now() > issued.expiresAt) throw refuse('the code has expired');
    if (form.get('redirect_uri') !== issued.redirectUri) throw refuse('the redirect address is another one');
    if (challengeOf(verifier) !== issued.challenge) throw refuse('the verifier does not fit');
  }
}

export interface Tokens {
  access_token: string;
  refresh_token: string;
}

/** Refresh tokens that work once: their successor comes with the new access token. */
export class RotatingTokens {
  /** The newest pair. */
  current: Tokens | undefined;
  private readonly spent = new Set<string>();
  private readonly secrets: SecretBook;
  private readonly makeAccess: () => string;

  constructor(secrets: SecretBook, makeAccess: () => string = () => secrets.make('access')) {
    this.secrets = secrets;
    this.makeAccess = makeAccess;
  }

  issue(): Tokens {
    this.current = { access_token: this.makeAccess(), refresh_token: this.secrets.make('refresh') };
    this.secrets.learn(this.current.access_token);
    return this.current;
  }

  /** Throws Refused with `invalid_grant`, or with `reused` for a token that has a successor. */
  rotate(form: URLSearchParams, { reused = 'invalid_grant', status = 400 } = {}): Tokens {
    const token = this.secrets.learn(form.get('refresh_token') ?? '');
    if (this.spent.has(token)) throw new Refused(status, reused, `refresh token ${token} was already used`);
    if (token === '' || token !== this.current?.refresh_token)
      throw new Refused(status, 'invalid_grant', `refresh token ${token} is not known`);
    this.spent.add(token);
    return this.issue();
  }
}

export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

import { type Answer, jsonAnswer } from '../answer.ts';
import { AuthorizationCodes, RotatingTokens, SecretBook, type Tokens } from './grants.ts';
import {
  basicCredentials,
  demand,
  type Handler,
  Refused,
  type ServiceCall,
  type SignInService,
  startService,
} from './service.ts';

const clientId = '10009311001';

export interface FakeIflow extends SignInService {
  endpoints: { api: string; authorize: string; token: string };
  clientSecret: string;
  secrets: ReadonlySet<string>;
  /** What it says of its owner; the key changes with each token. */
  owner: { email?: string; phone?: string };
  /** The key that goes with the newest token. */
  apiKey(): string | undefined;
  tokens(): Tokens | undefined;
  issue(): Tokens;
}

/** iflow.cn: a code flow with Basic authentication, and a key for whoever holds a token. */
export async function startFakeIflow(now: () => number): Promise<FakeIflow> {
  const fake = new IflowService(now);
  const service = await startService(fake.routes);
  return Object.assign(fake.state, service, {
    endpoints: {
      api: `${service.origin}/v1`,
      authorize: `${service.origin}/oauth`,
      token: `${service.origin}/oauth/token`,
    },
    clientSecret: fake.clientSecret,
    secrets: fake.secrets.all,
    apiKey: () => fake.keys.get(fake.tokens.current?.access_token ?? ''),
    tokens: () => fake.tokens.current,
    issue: () => fake.tokens.issue(),
  });
}

class IflowService {
  readonly secrets = new SecretBook();
  readonly tokens = new RotatingTokens(this.secrets);
  /** By access token. */
  readonly keys = new Map<string, string>();
  readonly clientSecret = this.secrets.make('client+secret/%');
  readonly state: { owner: FakeIflow['owner'] } = { owner: { email: 'ada@example.com', phone: '13800000000' } };
  private readonly codes: AuthorizationCodes;

  readonly routes: Record<string, Handler> = {
    'GET /oauth': (call) => this.authorize(call),
    'POST /oauth/token': (call) => this.token(call),
    'GET /api/oauth/getUserInfo': (call) => this.userInfo(call),
  };

  constructor(now: () => number) {
    this.codes = new AuthorizationCodes(this.secrets, now);
  }

  private authorize(call: ServiceCall): Answer {
    return this.codes.authorize(call, {
      clientId,
      redirectField: 'redirect',
      takes: (uri) => uri === 'http://localhost:11451/oauth2callback',
      fields: { loginMethod: 'phone', type: 'phone' },
    });
  }

  private token(call: ServiceCall): Answer {
    const credentials = basicCredentials(call);
    if (credentials?.id !== clientId || credentials.secret !== this.clientSecret)
      throw new Refused(401, 'invalid_client', `the client secret ${credentials?.secret} is wrong`);
    const form = call.form();
    if (form.get('grant_type') === 'refresh_token') return this.answer(this.tokens.rotate(form));
    demand(form, { grant_type: 'authorization_code' });
    this.codes.redeem(form);
    return this.answer(this.tokens.issue());
  }

  private answer(pair: Tokens): Answer {
    this.keys.set(pair.access_token, this.secrets.make('sk-iflow'));
    return jsonAnswer(200, { token_type: 'bearer', expires_in: 172_800, scope: 'read', ...pair });
  }

  private userInfo({ query }: ServiceCall): Answer {
    const token = this.secrets.learn(query.get('accessToken') ?? '');
    const apiKey = this.keys.get(token);
    if (!apiKey) throw new Refused(401, 'invalid_token', `the token ${token} is not known`);
    return jsonAnswer(200, { success: true, data: { apiKey, ...this.state.owner } });
  }
}

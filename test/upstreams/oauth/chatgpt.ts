import { randomBytes } from 'node:crypto';
import { type Answer, jsonAnswer } from '../answer.ts';
import { AuthorizationCodes, challengeOf, RotatingTokens, SecretBook } from './grants.ts';
import {
  bearerOnly,
  demand,
  type Handler,
  jwt,
  Refused,
  type ServiceCall,
  type SignInService,
  startService,
} from './service.ts';

const clientId = 'app_EMoamEEZ73f0CkXaXp7hrann';
const deviceRedirect = 'https://auth.openai.com/deviceauth/callback';
const registered = ['http://localhost:1455/auth/callback', 'http://localhost:1457/auth/callback', deviceRedirect];

export interface FakeChatgpt extends SignInService {
  endpoints: { api: string; authorize: string; token: string };
  secrets: ReadonlySet<string>;
  /** Claims of the tokens to come. */
  owner: { email: string; user: string; account: string; plan: string };
  /** Answers of the token endpoint leave out what a refresh may leave out. */
  sparse: boolean;
  /** What GET /backend-api/wham/usage answers. */
  usage: object;
  /** The newest tokens. */
  tokens(): { access_token: string; refresh_token: string } | undefined;
  /** Signs in without a browser. */
  issue(): { access_token: string; refresh_token: string };
  approve(): void;
}

/** auth.openai.com, as far as the Codex sign-in goes. `now` in milliseconds since the Unix epoch. */
export async function startFakeChatgpt(now: () => number): Promise<FakeChatgpt> {
  const fake = new ChatgptService(now);
  const service = await startService(fake.routes);
  return Object.assign(fake.state, service, {
    endpoints: {
      api: `${service.origin}/backend-api/codex`,
      authorize: `${service.origin}/oauth/authorize`,
      token: `${service.origin}/oauth/token`,
    },
    secrets: fake.secrets.all,
    tokens: () => fake.tokens.current,
    issue: () => fake.tokens.issue(),
    approve: () => fake.approve(),
  });
}

/** The week is the primary window of some plans, and comes first here. */
const chatgptUsageBody: object = {
  plan_type: 'plus',
  rate_limit: {
    allowed: true,
    limit_reached: false,
    primary_window: {
      used_percent: 20,
      limit_window_seconds: 604_800,
      reset_after_seconds: 100,
      reset_at: 1_795_000_000,
    },
    secondary_window: {
      used_percent: 104,
      limit_window_seconds: 18_000,
      reset_after_seconds: 10,
      reset_at: 1_794_900_000,
    },
  },
  additional_rate_limits: [
    {
      limit_name: 'GPT-5.3-Codex-Spark',
      metered_feature: 'codex_bengalfox',
      rate_limit: {
        allowed: false,
        limit_reached: true,
        primary_window: {
          used_percent: 100,
          limit_window_seconds: 18_000,
          reset_after_seconds: 5,
          reset_at: 1_794_900_005,
        },
        secondary_window: null,
      },
    },
  ],
  credits: { has_credits: false, unlimited: false, balance: '0' },
};

interface DeviceLogin {
  id: string;
  userCode: string;
  approved: boolean;
}

class ChatgptService {
  readonly secrets = new SecretBook();
  readonly tokens = new RotatingTokens(this.secrets);
  readonly state = {
    owner: { email: 'ada@example.com', user: 'user-ada', account: 'acc-1', plan: 'plus' },
    sparse: false,
    usage: chatgptUsageBody,
  };
  private readonly codes: AuthorizationCodes;
  private login: DeviceLogin | undefined;

  readonly routes: Record<string, Handler> = {
    'GET /oauth/authorize': (call) => this.authorize(call),
    'POST /oauth/token': (call) => this.token(call),
    'GET /backend-api/wham/usage': (call) => this.usage(call),
    'POST /api/accounts/deviceauth/usercode': (call) => this.beginDevice(call),
    'POST /api/accounts/deviceauth/token': (call) => this.pollDevice(call),
  };

  constructor(now: () => number) {
    this.codes = new AuthorizationCodes(this.secrets, now);
  }

  approve(): void {
    if (!this.login) throw new Error('nobody asked for a code');
    this.login.approved = true;
  }

  /** The page takes any port; only the exchange knows which are registered. */
  private authorize(call: ServiceCall): Answer {
    return this.codes.authorize(call, {
      clientId,
      takes: (uri) => /^http:\/\/localhost:\d+\/auth\/callback$/.test(uri),
      fields: {
        scope: 'openid email profile offline_access',
        prompt: 'login',
        id_token_add_organizations: 'true',
        codex_cli_simplified_flow: 'true',
      },
    });
  }

  private token(call: ServiceCall): Answer {
    const form = call.form();
    demand(form, { client_id: clientId });
    if (form.get('grant_type') === 'refresh_token') {
      demand(form, { scope: 'openid profile email' });
      return this.answer(this.tokens.rotate(form, { reused: 'refresh_token_reused', status: 401 }));
    }
    demand(form, { grant_type: 'authorization_code' });
    if (!registered.includes(form.get('redirect_uri') ?? ''))
      throw new Refused(403, 'invalid_request', 'the redirect address is not registered');
    this.codes.redeem(form);
    return this.answer(this.tokens.issue());
  }

  private answer(tokens: { access_token: string; refresh_token: string }): Answer {
    const { email, user, account, plan } = this.state.owner;
    const auth = { chatgpt_user_id: user, chatgpt_account_id: account, chatgpt_plan_type: plan };
    const idToken = jwt({ email, sub: 'auth0|1', 'https://api.openai.com/auth': auth });
    this.secrets.learn(idToken);
    if (this.state.sparse)
      return jsonAnswer(200, { access_token: tokens.access_token, refresh_token: '', id_token: '' });
    return jsonAnswer(200, { token_type: 'Bearer', expires_in: 864_000, id_token: idToken, ...tokens });
  }

  private usage(call: ServiceCall): Answer {
    bearerOnly(call, this.tokens.current?.access_token);
    if (call.record.headers['chatgpt-account-id'] !== this.state.owner.account)
      throw new Refused(403, 'account_mismatch', 'the account is another one');
    return jsonAnswer(200, this.state.usage);
  }

  private beginDevice(call: ServiceCall): Answer {
    if (call.json().client_id !== clientId) throw new Refused(400, 'invalid_client');
    this.login = { id: this.secrets.make('deviceauth'), userCode: 'ABCD-12345', approved: false };
    return jsonAnswer(200, { device_auth_id: this.login.id, user_code: this.login.userCode, interval: '7' });
  }

  private pollDevice(call: ServiceCall): Answer {
    const { device_auth_id: id, user_code: userCode } = call.json();
    const { login } = this;
    if (login?.id !== id || login?.userCode !== userCode) throw new Refused(400, 'invalid_request', `${id} is unknown`);
    if (!login?.approved)
      return jsonAnswer(403, { error: { code: 'deviceauth_authorization_unknown', message: 'wait' } });
    const verifier = this.secrets.learn(randomBytes(64).toString('base64url'));
    const challenge = challengeOf(verifier);
    const code = this.codes.issue(deviceRedirect, challenge);
    return jsonAnswer(200, { authorization_code: code, code_verifier: verifier, code_challenge: challenge });
  }
}

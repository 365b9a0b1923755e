import type { Account, Secret, StoredAccount } from '../../main/accounts/account.ts';
import type { Place } from '../desktop/app.ts';
import { type FakeAnthropic, startFakeAnthropic } from '../upstreams/anthropic/server.ts';
import { type FakeCodex, startFakeCodex } from '../upstreams/codex/server.ts';
import { type FakeModels, startFakeModels } from '../upstreams/google/models/server.ts';
import { pictureTime } from './studio.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
const seconds = (fromNowMs: number) => Math.floor((pictureTime + fromNowMs) / 1000);

/** Somebody's accounts, at the fakes of their providers, and what has happened to them. */
export interface Household {
  anthropic: FakeAnthropic;
  codex: FakeCodex;
  google: FakeModels;
  accounts: readonly StoredAccount[];
  settings: Record<string, unknown>;
  /** The breakers that have tripped before the application starts. */
  cooldowns: string;
  close(): Promise<void>;
}

export async function startHousehold(): Promise<Household> {
  const now = () => pictureTime;
  const [anthropic, codex, google] = await Promise.all([
    startFakeAnthropic({
      accounts: [{ email: 'you@work.example' }, { email: 'spare@work.example' }],
      now,
      usageCalls: 0,
    }),
    startFakeCodex({ now }),
    startFakeModels({ flavour: 'code-assist' }),
  ]);
  return {
    anthropic,
    codex,
    google,
    accounts: accountsAt(anthropic, codex, google),
    settings: {
      endpoints: {
        claude: { api: anthropic.url, token: anthropic.tokenUrl, authorize: anthropic.authorizeUrl },
        chatgpt: { api: codex.url },
        antigravity: { api: google.origin },
      },
      ampcode: { 'upstream-url': 'https://ampcode.com' },
    },
    cooldowns: cooldowns(),
    close: async () => void (await Promise.all([anthropic.close(), codex.close(), google.close()])),
  };
}

function accountsAt(anthropic: FakeAnthropic, codex: FakeCodex, google: FakeModels): StoredAccount[] {
  const [work, home] = anthropic.accounts.map(({ accessToken, refreshToken, accountUuid, organizationUuid }) => ({
    secret: { accessToken, refreshToken },
    owner: { accountId: accountUuid, organizationId: organizationUuid },
  }));
  const bearer = { accessToken: google.token, refreshToken: 'none' };
  return [
    stored('1-work', 'claude', 'you@work.example', { plan: 'max', priority: 1, ...work?.owner }, work?.secret),
    stored('2-spare', 'claude', 'spare@work.example', { plan: 'pro', ...home?.owner }, home?.secret),
    stored(
      '3-home',
      'chatgpt',
      'you@home.example',
      { plan: 'plus', organizationId: codex.account.accountId },
      { accessToken: codex.account.accessToken, refreshToken: 'none' },
    ),
    stored('4-mail', 'antigravity', 'me@mail.example', { attributes: { project: 'p-1' } }, bearer),
    stored('5-old', 'gemini-cli', 'old@mail.example', { needsSignIn: 'Google has ended this sign-in.' }, bearer),
    stored('6-key', 'openai', 'Team key', { kind: 'api-key', paused: true }, { apiKey: 'sk-picture' }),
  ];
}

function stored(
  id: string,
  provider: string,
  label: string,
  more: Partial<Account>,
  secret: Secret = {},
): StoredAccount {
  const account: Account = {
    id,
    provider,
    kind: 'oauth',
    source: 'vault',
    label,
    paused: false,
    priority: 0,
    ...(more.kind === 'api-key' ? {} : { expiresAt: pictureTime + 30 * 24 * hourMs }),
    ...more,
  };
  return { account, secret };
}

/** One has used up its five hours a while ago; of the other it is uncertain by now, so that one request may try. */
function cooldowns(): string {
  const limit = { scope: 'credential', subject: '', cause: 'usage-limit', level: 0 };
  const home = {
    ...limit,
    provider: 'claude',
    since: pictureTime - 9 * minuteMs,
    until: pictureTime + 130 * minuteMs,
    probeAt: pictureTime + 51 * minuteMs,
    said: { status: 429, type: 'rate_limit_error', message: 'This request would exceed your account’s rate limit.' },
  };
  const mail = {
    ...limit,
    provider: 'antigravity',
    cause: 'overloaded',
    since: pictureTime - 40 * minuteMs,
    until: pictureTime + 20 * minuteMs,
    probeAt: pictureTime - minuteMs,
    said: { status: 503, message: 'The model is overloaded. Please try again later.' },
  };
  return JSON.stringify({
    version: 1,
    savedAt: pictureTime - minuteMs,
    accounts: { '2-spare': [home], '4-mail': [mail] },
  });
}

/** What the providers report next. */
export function reportQuota({ anthropic, codex }: Household): void {
  anthropic.quota = {
    '5h': { utilization: 0.38, reset: seconds(2.25 * hourMs), status: 'allowed' },
    '7d': { utilization: 0.71, reset: seconds(52 * hourMs), status: 'allowed' },
    '7d_oi': { utilization: 0.93, reset: seconds(52 * hourMs), status: 'allowed_warning' },
  };
  codex.quota = {
    plan: 'plus',
    windows: [
      { usedPercent: 12, minutes: 300, resetAt: seconds(3.5 * hourMs) },
      { usedPercent: 58, minutes: 10_080, resetAt: seconds(75 * hourMs) },
    ],
  };
}

/** A request as a tool sends it. */
export function ask({ url }: Place, tool: Record<string, string>, route: string, body: object): Promise<Response> {
  return fetch(`${url}${route}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', ...tool },
    body: JSON.stringify(body),
  });
}

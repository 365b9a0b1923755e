import type { Account } from '../../main/accounts/account.ts';
import type { QuotaWindow } from '../../main/providers/contract.ts';
import type { Session } from '../../main/routing/affinity/session-key.ts';
import type { BreakerState } from '../../main/routing/breakers/breaker.ts';
import type { ModelSource } from '../../main/routing/model-index.ts';
import type { AmpFallback, LocalRouteAttempt, Route } from '../../main/routing/route.ts';
import { type RoutedRequest, Router } from '../../main/routing/router.ts';
import { defaultRules, type RoutingRules } from '../../main/routing/rules.ts';
import { startOfTest } from './breakers/bench-account.ts';

export function account(id: string, over: Partial<Account> = {}): Account {
  return { id, provider: 'claude', kind: 'oauth', source: 'vault', label: id, paused: false, priority: 0, ...over };
}

const families = ['opus', 'sonnet', 'haiku'];

/** Providers that serve what their name starts: `claude-…`, `gpt-…`, `gemini-…`. */
const starts: Record<string, string> = { claude: 'claude-', chatgpt: 'gpt-', gemini: 'gemini-' };

const listed: Record<string, string[]> = {
  claude: ['claude-opus-4-7', 'claude-sonnet-5'],
  chatgpt: ['gpt-5'],
  gemini: ['gemini-3-pro', 'gemini-3-pro-preview-11-2026', 'gemini-3-pro-previews'],
};

const source: ModelSource = {
  upstreamModel({ provider, prefix }, model) {
    const name = prefix && model.startsWith(`${prefix}/`) ? model.slice(prefix.length + 1) : model;
    return name.startsWith(starts[provider] ?? '?') ? name : undefined;
  },
  speaks: ({ provider }, format) => provider !== 'chatgpt' || format !== 'gemini',
  familyOf: (_account, model) => families.find((family) => model.includes(family)) ?? model,
  models: ({ provider }) =>
    (listed[provider] ?? []).map((id) => ({ id, displayName: id, contextWindow: 1, maxOutput: 1 })),
  weightOf: ({ attributes }) => Number(attributes?.weight ?? 1),
  revision: () => listed,
};

const noAmp: AmpFallback = { reachable: false, mode: 'unknown', creditLeft: 0 };

/** A router with everything around it in a test's hand. */
export class Fleet {
  now = startOfTest;
  chance = 0;
  rules: RoutingRules;
  accounts: readonly Account[];
  readonly windows = new Map<string, QuotaWindow[]>();
  readonly loads = new Map<string, number>();
  readonly saved: BreakerState[] = [];
  readonly router: Router;

  constructor(accounts: readonly Account[], rules: Partial<RoutingRules> = {}, breakers?: BreakerState) {
    this.accounts = accounts;
    this.rules = { ...defaultRules, ...rules };
    this.router = new Router({
      now: () => this.now,
      random: () => this.chance,
      rules: () => this.rules,
      accounts: () => this.accounts,
      source,
      windows: (id) => this.windows.get(id) ?? [],
      load: (id) => this.loads.get(id) ?? 0,
      ...(breakers ? { breakers } : {}),
      onChange: (state) => void this.saved.push(state),
    });
  }

  ask(over: Partial<RoutedRequest> | string = {}): Route {
    return this.router.plan(this.request(typeof over === 'string' ? { session: session(over) } : over));
  }

  request(over: Partial<RoutedRequest> = {}): RoutedRequest {
    return { model: 'claude-opus-4-7', wireFormat: 'anthropic', waitLeftMs: 0, amp: noAmp, ...over };
  }

  /** Asks and lets the first account serve; its id. */
  serve(over: Partial<RoutedRequest> | string = {}): string {
    const request = this.request(typeof over === 'string' ? { session: session(over) } : over);
    const route = this.router.plan(request);
    const attempt = firstLocal(route);
    const permit = this.router.begin(attempt.target);
    if (!permit) throw new Error('The first attempt was not let through');
    this.router.end(permit, { kind: 'served' });
    this.router.served(request, route, attempt);
    return attempt.account.id;
  }

  /** Blocks an account, or one of its models, with a failure of the given kind. */
  trip(accountId: string, over: Partial<Parameters<typeof faultOf>[0]> = {}, model = 'claude-opus-4-7'): void {
    const found = this.accounts.find(({ id }) => id === accountId);
    if (!found) throw new Error(`There is no account ${accountId}`);
    const target = { accountId, provider: found.provider, model, family: source.familyOf(found, model) };
    const permit = this.router.begin(target);
    if (!permit) throw new Error(`${accountId} is blocked already`);
    this.router.end(permit, { kind: 'failed', fault: faultOf(over) });
  }
}

export function faultOf(over: Partial<import('../../main/providers/contract.ts').Fault>) {
  return {
    scope: 'credential',
    kind: 'quota',
    status: 429,
    message: 'limit',
    retryAfterMs: 3_600_000,
    ...over,
  } as const;
}

export function session(key: string): Session {
  return { key, source: 'conversation' };
}

export function firstLocal({ attempts, refusal }: Route): LocalRouteAttempt {
  const [attempt] = attempts;
  if (attempt?.kind !== 'local') throw new Error(`No account is asked: ${refusal?.detail ?? 'Amp'}`);
  return attempt;
}

export function order({ attempts }: Route): string[] {
  return attempts.map((one) => (one.kind === 'amp' ? 'amp' : one.account.id));
}

import { describe, expect, it } from 'vitest';
import { routeView } from '../../main/routing/explain.ts';
import type { AmpFallback } from '../../main/routing/route.ts';
import type { RoutedRequest } from '../../main/routing/router.ts';
import { account, Fleet, firstLocal, order } from './fleet.ts';

const minuteMs = 60_000;
const amp = (over: Partial<AmpFallback> = {}): AmpFallback => ({
  reachable: true,
  mode: 'unknown',
  creditLeft: 5,
  ...over,
});
const abc = () => [account('c'), account('a'), account('b')];

describe('who is asked', () => {
  it('is the highest priority that is available, then the next one', () => {
    const fleet = new Fleet([account('a'), account('z', { priority: 5 }), account('m', { priority: 1 })]);
    expect(order(fleet.ask())).toEqual(['z', 'm', 'a']);
    expect(firstLocal(fleet.ask()).reason).toBe('highest priority (5), next in turn');
    fleet.trip('z');
    expect(order(fleet.ask())).toEqual(['m', 'a']);
  });

  it('is at most as many accounts as max-retry-credentials says; 0 is all', () => {
    const accounts = Array.from({ length: 9 }, (_, index) => account(`a${index}`));
    expect(new Fleet(accounts).ask().attempts).toHaveLength(3);
    expect(new Fleet(accounts, { maxCredentials: 0 }).ask().attempts).toHaveLength(9);
  });

  it('is nobody who is paused, signed out, withdrawn or blocked, and the route says why', () => {
    const fleet = new Fleet([
      account('a', { paused: true }),
      account('b', { needsSignIn: 'revoked' }),
      account('c', { withdrawn: true }),
      account('d'),
      account('e'),
    ]);
    fleet.trip('d');
    const route = fleet.ask();
    expect(order(route)).toEqual(['e']);
    expect(firstLocal(route).reason).toBe('the only account that is available');
    expect(route.unavailable.map(({ label, reason }) => `${label}: ${reason}`)).toEqual([
      'a: paused',
      'b: needs sign-in: revoked',
      'c: its credential file was deleted',
      'd: usage limit reached',
    ]);
  });

  it('goes by wire format and prefix', () => {
    const accounts = [account('g', { provider: 'chatgpt' }), account('p', { provider: 'chatgpt', prefix: 'work' })];
    const fleet = new Fleet(accounts);
    expect(order(fleet.ask({ model: 'gpt-5', wireFormat: 'openai-chat' }))).toEqual(['g', 'p']);
    expect(order(fleet.ask({ model: 'work/gpt-5', wireFormat: 'openai-chat' }))).toEqual(['p']);
    expect(fleet.ask({ model: 'gpt-5', wireFormat: 'gemini' }).refusal?.code).toBe('model_not_found');
    fleet.rules = { ...fleet.rules, forcePrefix: true };
    expect(order(fleet.ask({ model: 'gpt-5', wireFormat: 'openai-chat' }))).toEqual(['g']);
  });

  it('serves ids that no list has, unless the owner switched that off', () => {
    const fleet = new Fleet([account('a')]);
    expect(order(fleet.ask({ model: 'claude-opus-9' }))).toEqual(['a']);
    fleet.rules = { ...fleet.rules, offerUnknownModels: false };
    expect(fleet.ask({ model: 'claude-opus-9' }).refusal?.code).toBe('model_not_found');
    expect(order(fleet.ask())).toEqual(['a']);
  });

  it('is one request alone where a block may have ended', () => {
    const fleet = new Fleet([account('a')]);
    fleet.trip('a', { scope: 'model', retryAfterMs: 1000 });
    fleet.now += 1000;
    const attempt = firstLocal(fleet.ask());
    expect(attempt.reason).toBe('the only account that serves this model; tried again after: too many requests');
    expect(fleet.router.begin(attempt.target)).toBeDefined();
    expect(fleet.router.begin(attempt.target)).toBeUndefined();
    expect(fleet.ask().refusal?.code).toBe('model_cooldown');
  });

  it('takes the same decision for the same input', () => {
    const fleet = new Fleet(abc(), { strategy: 'most-room' });
    fleet.trip('b');
    expect(fleet.router.explain(fleet.request())).toEqual(fleet.router.explain(fleet.request()));
  });
});

describe('strategies choose for new conversations', () => {
  const chosen = (fleet: Fleet, count: number) => Array.from({ length: count }, () => fleet.serve());

  it('round-robin takes turns, whoever is missing in between', () => {
    const fleet = new Fleet(abc());
    expect(chosen(fleet, 4)).toEqual(['a', 'b', 'c', 'a']);
    fleet.trip('b', { scope: 'model', retryAfterMs: minuteMs });
    expect(chosen(fleet, 2)).toEqual(['c', 'a']);
    fleet.now += minuteMs;
    expect(chosen(fleet, 3)).toEqual(['b', 'c', 'a']);
  });

  it('round-robin counts conversations, not requests', () => {
    const fleet = new Fleet(abc());
    expect(['x', 'x', 'x', 'y', 'x', 'z'].map((key) => fleet.serve(key))).toEqual(['a', 'a', 'a', 'b', 'a', 'c']);
  });

  it('fill-first stays with the first one', () => {
    const fleet = new Fleet(abc(), { strategy: 'fill-first' });
    expect(chosen(fleet, 3)).toEqual(['a', 'a', 'a']);
    fleet.trip('a');
    expect(chosen(fleet, 2)).toEqual(['b', 'b']);
  });

  it('weighted gives each its share, smoothly, and nothing to weight 0', () => {
    const weighted = (id: string, weight: number) => account(id, { attributes: { weight: String(weight) } });
    const fleet = new Fleet([weighted('a', 5), weighted('b', 1), weighted('c', 1), weighted('d', 0)], {
      strategy: 'weighted',
    });
    expect(chosen(fleet, 7)).toEqual(['a', 'a', 'b', 'a', 'c', 'a', 'a']);
    const share = chosen(fleet, 7000).filter((id) => id === 'a').length;
    expect(share).toBe(5000);
    expect(fleet.ask().unavailable).toMatchObject([{ label: 'd', reason: 'its weight is 0' }]);
  });

  it('most-room goes by the tightest window that limits the model, unknown as half, then by the next reset', () => {
    const fleet = new Fleet([account('a'), account('b'), account('c'), account('d')], { strategy: 'most-room' });
    const soon = fleet.now + minuteMs;
    fleet.windows.set('b', [
      { id: '5h', label: '', used: 0.1 },
      { id: '7d', label: '', used: 0.4, resetsAt: soon + 1 },
    ]);
    fleet.windows.set('c', [
      { id: '5h', label: '', used: 0.4, resetsAt: soon },
      { id: '7d-sonnet', label: '', family: 'sonnet', used: 0.99 },
    ]);
    fleet.windows.set('d', [{ id: '7d_oi', label: '', family: 'opus', used: 0.9 }]);
    expect(order(fleet.ask({ waitLeftMs: 0 }))).toEqual(['c', 'b', 'a']);
    expect(firstLocal(fleet.ask()).reason).toBe('most room (60 % left)');
    expect(order(fleet.ask({ model: 'claude-sonnet-5' }))).toEqual(['b', 'a', 'd']);
  });

  it('asks accounts last whose limits are used up by the last reading', () => {
    const fleet = new Fleet(abc(), { strategy: 'fill-first' });
    fleet.windows.set('a', [{ id: '5h', label: '', used: 1, resetsAt: fleet.now + minuteMs }]);
    expect(order(fleet.ask())).toEqual(['b', 'c', 'a']);
    fleet.now += minuteMs;
    expect(order(fleet.ask())).toEqual(['a', 'b', 'c']);
  });

  it('spills over to others when an account is busy, and never refuses for it', () => {
    const fleet = new Fleet(abc(), { strategy: 'fill-first' });
    fleet.loads.set('a', 8);
    expect(order(fleet.ask())).toEqual(['b', 'c', 'a']);
    for (const id of ['b', 'c']) fleet.loads.set(id, 9);
    expect(order(fleet.ask())).toEqual(['a', 'b', 'c']);
  });
});

describe('a conversation', () => {
  it('stays with its account, even against priority', () => {
    const fleet = new Fleet([account('a'), account('b', { priority: 1 })]);
    fleet.trip('b', { scope: 'model', retryAfterMs: 1000 });
    expect(fleet.serve('x')).toBe('a');
    fleet.now += 1000;
    const route = fleet.ask('x');
    expect(order(route)).toEqual(['a', 'b']);
    expect(firstLocal(route).reason).toBe('has served this conversation so far');
  });

  it('comes back when its account was blocked for less than five minutes', () => {
    const fleet = new Fleet(abc());
    expect(fleet.serve('x')).toBe('a');
    fleet.trip('a', { scope: 'model', retryAfterMs: 4 * minuteMs });
    expect([fleet.serve('x'), fleet.serve('x')]).toEqual(['b', 'c']);
    fleet.now += 4 * minuteMs;
    expect(fleet.serve('x')).toBe('a');
  });

  it('moves for good when its account stays blocked', () => {
    const fleet = new Fleet(abc());
    expect(fleet.serve('x')).toBe('a');
    fleet.trip('a');
    fleet.serve('x');
    fleet.now += 5 * minuteMs + 1;
    const moved = fleet.serve('x');
    expect(moved).not.toBe('a');
    fleet.now += 55 * minuteMs;
    expect([fleet.serve('x'), fleet.serve('x')]).toEqual([moved, moved]);
  });

  it('moves at once when its account fails within a request, or is paused', () => {
    const fleet = new Fleet(abc());
    fleet.serve('x');
    const request = fleet.request({ session: { key: 'x', source: 'conversation' } });
    const route = fleet.router.plan(request);
    const [, second] = route.attempts;
    if (second?.kind !== 'local') throw new Error('There is no second account');
    fleet.router.served(request, route, second);
    expect(fleet.serve('x')).toBe('b');
    fleet.accounts = [account('a'), account('b', { paused: true }), account('c')];
    const moved = fleet.serve('x');
    expect(['a', 'c']).toContain(moved);
    expect(fleet.serve('x')).toBe(moved);
  });

  it('moves away from an account that is much fuller than another one', () => {
    const fleet = new Fleet(abc());
    expect(fleet.serve('x')).toBe('a');
    fleet.windows.set('a', [{ id: '5h', label: '', used: 0.6 }]);
    fleet.windows.set('b', [{ id: '5h', label: '', used: 0.35 }]);
    expect(fleet.serve('x')).toBe('a');
    fleet.windows.set('a', [{ id: '5h', label: '', used: 0.7 }]);
    expect([fleet.serve('x'), fleet.serve('x')]).toEqual(['b', 'b']);
  });

  it('fills its account to the end where that is the strategy', () => {
    const fleet = new Fleet(abc(), { strategy: 'fill-first' });
    fleet.serve('x');
    fleet.windows.set('a', [{ id: '5h', label: '', used: 0.99 }]);
    fleet.windows.set('b', [{ id: '5h', label: '', used: 0 }]);
    expect(fleet.serve('x')).toBe('a');
  });

  it('is served elsewhere while its account is busy, and comes back', () => {
    const fleet = new Fleet(abc());
    fleet.serve('x');
    fleet.loads.set('a', 8);
    expect(fleet.serve('x')).toBe('b');
    fleet.loads.delete('a');
    expect(fleet.serve('x')).toBe('a');
  });

  it('does not matter where affinity is off', () => {
    const fleet = new Fleet(abc(), { affinity: false });
    expect([fleet.serve('x'), fleet.serve('x')]).toEqual(['a', 'b']);
  });
});

describe('when nobody can be asked', () => {
  it('waits for the soonest account within the limit', () => {
    const fleet = new Fleet([account('a'), account('b')]);
    fleet.trip('a', { scope: 'model', retryAfterMs: 20_000 });
    fleet.trip('b', { scope: 'model', retryAfterMs: 10_000 });
    const route = fleet.ask({ waitLeftMs: 30_000 });
    expect(route).toMatchObject({ attempts: [], wait: { ms: 10_001, reason: 'waits for b: too many requests' } });
    fleet.now += 10_001;
    expect(order(fleet.ask({ waitLeftMs: 20_000 }))).toEqual(['b']);
    expect(fleet.ask({ waitLeftMs: 5000 }).wait).toBeUndefined();
  });

  it('refuses with the reasons, the labels and the soonest time', () => {
    const fleet = new Fleet([
      account('a', { email: 'me@example.org' }),
      account('b', { label: 'Work' }),
      account('c', { paused: true }),
    ]);
    fleet.trip('a', { retryAfterMs: 7_200_000 });
    fleet.trip('b', { retryAfterMs: 3_600_000 });
    const { refusal } = fleet.ask();
    expect(refusal).toMatchObject({ code: 'model_cooldown', retryAfterMs: 3_601_000 });
    expect(refusal?.detail).toBe(
      'claude-opus-4-7; a: usage limit reached, for 2 h 1 min; Work: usage limit reached, for 1 h 1 min; c: paused',
    );
    expect(refusal?.candidates).toContainEqual({ label: 'c', reason: 'paused' });
    expect(JSON.stringify(refusal)).not.toContain('example.org');
  });

  it('tells failures from limits and from what somebody has to mend', () => {
    const fleet = new Fleet([account('a')]);
    fleet.trip('a', { scope: 'model', kind: 'overload', status: 529, message: 'Overloaded, ask help@example.org' });
    expect(fleet.ask().refusal).toMatchObject({
      code: 'accounts_failing',
      detail: 'claude-opus-4-7; a: provider overloaded, for 1 min. The provider said: Overloaded, ask …',
    });
    fleet.accounts = [account('a', { needsSignIn: 'revoked' })];
    expect(fleet.ask().refusal).toEqual({
      code: 'accounts_unavailable',
      detail: 'claude-opus-4-7; a: needs sign-in: revoked',
      candidates: [{ label: 'a', reason: 'needs sign-in: revoked' }],
    });
  });

  it('names the nearest model when nobody serves the one asked for', () => {
    const { refusal } = new Fleet([account('a')]).ask({ model: 'cluade-opus-4-7' });
    expect(refusal).toMatchObject({
      code: 'model_not_found',
      detail: 'cluade-opus-4-7 (did you mean claude-opus-4-7?)',
    });
  });
});

describe('Amp', () => {
  const unknown = { model: 'gpt-5', wireFormat: 'openai-responses' } as const;

  it('serves unknown models, unless it is off, out of reach or out of credit', () => {
    const fleet = new Fleet([account('a')]);
    expect(fleet.ask({ ...unknown, amp: amp() }).attempts).toEqual([
      { kind: 'amp', reason: 'no account serves gpt-5' },
    ]);
    const refusal = (over: Partial<AmpFallback>) => fleet.ask({ ...unknown, amp: amp(over) }).refusal?.code;
    expect(refusal({ mode: 'never' })).toBe('model_not_found');
    expect(refusal({ reachable: false })).toBe('model_not_found');
    expect(refusal({ creditLeft: 0 })).toBe('amp_credit_guard');
  });

  it('never serves known models, unless the owner said so', () => {
    const fleet = new Fleet([account('a')]);
    expect(order(fleet.ask({ amp: amp() }))).toEqual(['a']);
    expect(order(fleet.ask({ amp: amp({ mode: 'exhausted' }) }))).toEqual(['a', 'amp']);
    fleet.trip('a');
    expect(fleet.ask({ amp: amp() }).refusal?.code).toBe('model_cooldown');
    expect(order(fleet.ask({ amp: amp({ mode: 'exhausted' }) }))).toEqual(['amp']);
    expect(fleet.ask({ amp: amp({ mode: 'exhausted', creditLeft: 0 }) }).refusal?.code).toBe('model_cooldown');
  });

  it('comes after waiting, because it costs credits', () => {
    const fleet = new Fleet([account('a')]);
    fleet.trip('a', { scope: 'model', retryAfterMs: 10_000 });
    expect(fleet.ask({ amp: amp({ mode: 'exhausted' }), waitLeftMs: 30_000 }).wait?.ms).toBe(10_001);
  });
});

describe('a chain', () => {
  const chains = { 'GPT-5': ['claude-opus-4-7(high)', 'amp', 'claude-sonnet-5'] };
  const gpt = { model: 'gpt-5', wireFormat: 'openai-chat' } as const;

  it('goes on to other models across providers, and to Amp at its end', () => {
    const fleet = new Fleet([account('c'), account('g', { provider: 'chatgpt' })], { chains });
    const route = fleet.ask({ ...gpt, amp: amp() });
    expect(order(route)).toEqual(['g', 'c', 'amp']);
    expect(route.attempts[1]).toMatchObject({
      model: 'claude-opus-4-7',
      step: 'claude-opus-4-7(high)',
      reason: 'in the chain of gpt-5; the only account that serves this model',
    });
    expect(order(fleet.ask({ ...gpt, amp: amp({ mode: 'never' }) }))).toEqual(['g', 'c']);
  });

  it('serves a model that no account has', () => {
    expect(order(new Fleet([account('c')], { chains }).ask(gpt))).toEqual(['c']);
  });

  it('is better than a long wait, but not than a short one', () => {
    const fleet = new Fleet([account('c'), account('g', { provider: 'chatgpt' })], { chains });
    fleet.trip('g', { scope: 'model', retryAfterMs: 2000 }, 'gpt-5');
    expect(fleet.ask({ ...gpt, waitLeftMs: 30_000 }).wait?.ms).toBe(2001);
    expect(order(fleet.ask({ ...gpt, waitLeftMs: 1000 }))).toEqual(['c']);
    fleet.now += 2000;
    fleet.trip('g', { scope: 'model', retryAfterMs: 10_000 }, 'gpt-5');
    expect(order(fleet.ask({ ...gpt, waitLeftMs: 30_000 }))).toEqual(['c']);
  });

  it('leaves the conversation with the model that was asked for', () => {
    const fleet = new Fleet([account('c'), account('g', { provider: 'chatgpt' })], { chains });
    const request = fleet.request({ ...gpt, session: { key: 'x', source: 'conversation' } });
    const route = fleet.router.plan(request);
    const second = route.attempts[1];
    if (second?.kind !== 'local') throw new Error('The chain has no second model');
    fleet.router.served(request, route, second);
    expect(firstLocal(fleet.router.plan(request)).reason).toBe('has served this conversation so far');
  });
});

describe('when quota is used up', () => {
  it('another credential of the same person takes over only if switch-project allows it', () => {
    const same = { email: 'Me@example.org' };
    const accounts = [
      account('a', same),
      account('b', { email: 'me@example.org' }),
      account('c', { email: 'you@example.org' }),
    ];
    const fleet = new Fleet(accounts, { strategy: 'fill-first' });
    fleet.trip('a');
    expect(order(fleet.ask())).toEqual(['b', 'c']);
    fleet.rules = { ...fleet.rules, switchProject: false };
    const route = fleet.ask();
    expect(order(route)).toEqual(['c']);
    expect(route.unavailable[1]?.reason).toBe('a has used up its quota, and quota-exceeded.switch-project is off');
  });

  it('stops at the same person within one request too', () => {
    const same = { email: 'me@example.org' };
    const fleet = new Fleet([account('a', same), account('b', same)], { switchProject: false });
    const second = fleet.ask().attempts[1];
    fleet.trip('a');
    expect(second?.kind === 'local' && fleet.router.begin(second.target)).toBeUndefined();
  });

  it('plans nothing that is not let through, even when the same person cannot serve the model', () => {
    const same = { email: 'me@example.org' };
    const fleet = new Fleet([account('a', { ...same, prefix: 'work' }), account('b', same)], {
      switchProject: false,
      forcePrefix: true,
    });
    fleet.trip('a');
    expect(fleet.ask().refusal?.code).toBe('accounts_unavailable');
  });

  it('a preview takes over only if switch-preview-model allows it', () => {
    const fleet = new Fleet([account('g', { provider: 'gemini' })]);
    const ask = () => fleet.ask({ model: 'gemini-3-pro' });
    expect(ask().attempts).toMatchObject([
      { model: 'gemini-3-pro' },
      { model: 'gemini-3-pro-preview-11-2026', onlyAfterQuota: true },
    ]);
    fleet.trip('g', { scope: 'model' }, 'gemini-3-pro');
    expect(ask().attempts).toHaveLength(1);
    expect(ask().attempts[0]).not.toHaveProperty('onlyAfterQuota');
    expect(firstLocal(ask()).reason).toMatch(/^the preview of gemini-3-pro; /);
    fleet.rules = { ...fleet.rules, switchPreviewModel: false };
    expect(ask().refusal?.code).toBe('model_cooldown');
  });
});

describe('the explanation', () => {
  const asked = { model: 'claude-opus-4-7', format: 'anthropic', surface: 'amp' } as const;
  const explain = (fleet: Fleet, over: Partial<RoutedRequest> = {}) =>
    routeView(asked, asked.model, {}, fleet.router.explain(fleet.request(over)), fleet.now);

  it('tells who is asked and who is not, with the model and the times', () => {
    const fleet = new Fleet([account('a'), account('b'), account('c', { paused: true })]);
    fleet.trip('a', { retryAfterMs: 5 * 3_600_000 });
    expect(explain(fleet, { amp: amp({ mode: 'exhausted' }) })).toEqual({
      asked,
      at: fleet.now,
      passedOver: [],
      attempts: [
        {
          via: 'account',
          accountId: 'b',
          label: 'b',
          provider: 'claude',
          model: 'claude-opus-4-7',
          reason: 'the only account that is available',
        },
        { via: 'amp', model: 'claude-opus-4-7', reason: 'every account failed' },
      ],
      notAsked: [
        {
          accountId: 'a',
          label: 'a',
          model: 'claude-opus-4-7',
          reason: 'usage limit reached',
          until: fleet.now + 5 * 3_600_000 + 1000,
          askableAt: fleet.now + 15 * minuteMs,
        },
        { accountId: 'c', label: 'c', model: 'claude-opus-4-7', reason: 'paused' },
      ],
    });
  });

  it('tells a refusal and a wait', () => {
    const fleet = new Fleet([account('a')]);
    fleet.trip('a', { scope: 'model', retryAfterMs: 12_000 });
    expect(explain(fleet)).toMatchObject({ refusal: { code: 'model_cooldown', retryAt: fleet.now + 12_000 } });
    expect(explain(fleet, { waitLeftMs: 30_000 })).toMatchObject({
      attempts: [],
      wait: { until: fleet.now + 12_001, reason: 'waits for a: too many requests' },
    });
  });

  it('names the models of a chain, also where nobody can be asked', () => {
    const chains = { 'claude-opus-4-7': ['claude-sonnet-5'] };
    const fleet = new Fleet([account('a')], { chains });
    fleet.trip('a', { scope: 'model', retryAfterMs: 60_000 });
    expect(explain(fleet)).toMatchObject({
      attempts: [{ model: 'claude-sonnet-5' }],
      notAsked: [{ label: 'a', model: 'claude-opus-4-7' }],
    });
    fleet.trip('a', { scope: 'model', retryAfterMs: 60_000 }, 'claude-sonnet-5');
    expect(explain(fleet).refusal?.detail).toBe(
      'claude-opus-4-7; a for claude-opus-4-7: too many requests, for 1 min; a for claude-sonnet-5: too many requests, for 1 min',
    );
  });

  it('tells what a mapping did', () => {
    const fleet = new Fleet([account('a')]);
    const route = fleet.router.explain(fleet.request());
    const mapping = { rule: 'gpt-5 → claude-opus-4-7', ignored: ['gpt-* → o3: no account serves o3 now'] };
    expect(routeView({ ...asked, model: 'gpt-5' }, 'claude-opus-4-7', mapping, route, fleet.now)).toMatchObject({
      asked: { model: 'gpt-5' },
      mapped: { model: 'claude-opus-4-7', rule: 'gpt-5 → claude-opus-4-7' },
      passedOver: mapping.ignored,
    });
  });
});

import { describe, expect, it } from 'vitest';
import type { Account } from '../../main/accounts/account.ts';
import { type PlanInput, plan } from '../../main/routing/plan.ts';

function account(id: string, over: Partial<Account> = {}): Account {
  return { id, provider: 'claude', kind: 'oauth', source: 'vault', label: id, paused: false, priority: 0, ...over };
}

function input(accounts: Account[], over: Partial<PlanInput> = {}): PlanInput {
  return {
    accounts,
    upstreamModel: (_account, model) => (model.startsWith('claude-') ? model : undefined),
    speaks: (_account, format) => format === 'anthropic',
    amp: { reachable: true, mode: 'unknown', creditLeft: 10 },
    turn: 0,
    ...over,
  };
}

const claude = { model: 'claude-opus-4-7', wireFormat: 'anthropic' } as const;
const order = (result: ReturnType<typeof plan>) =>
  result.attempts.map((one) => (one.kind === 'amp' ? 'amp' : one.account.id));

describe('the plan', () => {
  it('asks the only account that serves the model', () => {
    expect(plan(claude, input([account('a')])).attempts).toEqual([
      {
        kind: 'local',
        account: account('a'),
        model: 'claude-opus-4-7',
        reason: 'the only account that serves this model',
      },
    ]);
  });

  it('takes turns among accounts of equal priority, in a stable order', () => {
    const accounts = [account('b'), account('a'), account('c')];
    expect(order(plan(claude, input(accounts)))).toEqual(['a', 'b', 'c']);
    expect(order(plan(claude, input(accounts, { turn: 1 })))).toEqual(['b', 'c', 'a']);
    expect(order(plan(claude, input(accounts, { turn: 5 })))).toEqual(['c', 'a', 'b']);
  });

  it('asks higher priorities first', () => {
    expect(order(plan(claude, input([account('a'), account('z', { priority: 5 })])))).toEqual(['z', 'a']);
  });

  it('leaves out paused accounts and those that need a sign-in, and says so', () => {
    const result = plan(
      claude,
      input([account('a', { paused: true }), account('b', { needsSignIn: 'revoked' }), account('c')]),
    );
    expect(order(result)).toEqual(['c']);
    expect(result.unavailable).toEqual([
      { label: 'a', reason: 'paused' },
      { label: 'b', reason: 'needs sign-in: revoked' },
    ]);
  });

  it('sends an unknown model to Amp, with the reason', () => {
    const result = plan({ model: 'gpt-5.4', wireFormat: 'openai-responses' }, input([account('a')]));
    expect(result.attempts).toEqual([{ kind: 'amp', reason: 'no account serves gpt-5.4' }]);
  });

  it('never sends a known model to Amp when its accounts are out, unless the owner said so', () => {
    const paused = [account('a', { paused: true })];
    expect(plan(claude, input(paused)).refusal).toEqual({ code: 'accounts_unavailable', detail: 'a: paused' });
    expect(order(plan(claude, input(paused, { amp: { reachable: true, mode: 'exhausted', creditLeft: 1 } })))).toEqual([
      'amp',
    ]);
  });

  it('keeps Amp as the last resort after every account in exhausted mode', () => {
    expect(
      order(plan(claude, input([account('a')], { amp: { reachable: true, mode: 'exhausted', creditLeft: 1 } }))),
    ).toEqual(['a', 'amp']);
  });

  it('refuses unknown models where Amp is off, out of reach or out of credit', () => {
    const unknown = { model: 'gpt-5.4', wireFormat: 'openai-responses' } as const;
    const refusal = (amp: PlanInput['amp']) => plan(unknown, input([], { amp })).refusal?.code;
    expect(refusal({ reachable: true, mode: 'never', creditLeft: 9 })).toBe('model_not_found');
    expect(refusal({ reachable: false, mode: 'unknown', creditLeft: 9 })).toBe('model_not_found');
    expect(refusal({ reachable: true, mode: 'unknown', creditLeft: 0 })).toBe('amp_credit_guard');
  });
});

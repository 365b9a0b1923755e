import { describe, expect, it } from 'vitest';
import type { Account } from '../../../main/accounts/account.ts';
import { newAccount } from '../../../main/accounts/sign-in/new-account.ts';
import { chatgptModelList, familyOf } from '../../../main/providers/chatgpt/models.ts';

function onPlan(plan?: string): Account {
  return newAccount({ provider: 'chatgpt', email: 'a@example.com', ...(plan ? { plan } : {}) }, {}).account;
}

const ids = (account: Account) => chatgptModelList.models(account).map(({ id }) => id);
const resolve = (account: Account, name: string) => chatgptModelList.resolveModel(account, name);

describe('the models of a ChatGPT plan', () => {
  it.each([
    ['free', 'gpt-5.4', undefined],
    ['free', 'gpt-5.5', 'gpt-5.5'],
    ['plus', 'gpt-5.4', 'gpt-5.4'],
    ['business', 'gpt-5.3-codex-spark', undefined],
    ['go', 'gpt-5.4', 'gpt-5.4'],
    ['pro', 'gpt-5.3-codex-spark', 'gpt-5.3-codex-spark'],
    // Nobody knows yet what the plan lacks.
    [undefined, 'gpt-5.4', 'gpt-5.4'],
    ['free', 'GPT-6.1-sol', 'GPT-6.1-sol'],
    ['plus', 'codex-next', 'codex-next'],
    ['plus', 'gpt-4o', undefined],
    ['plus', 'gpt-image-2', undefined],
    ['plus', 'gpt-oss-120b', undefined],
    ['plus', 'claude-sonnet-5', undefined],
  ])('on %s ask for %s as %s', (plan, name, id) => {
    expect(resolve(onPlan(plan), name)).toBe(id);
  });

  it('are those of every plan while the plan is not known, with the least context', () => {
    const unknown = onPlan();
    expect(ids(unknown)).toEqual(['gpt-5.6-terra', 'gpt-5.6-luna', 'gpt-5.5', 'gpt-5.4-mini', 'codex-auto-review']);
    expect(chatgptModelList.modelInfo(unknown, 'gpt-5.6-luna').contextWindow).toBe(372_000);
    expect(chatgptModelList.modelInfo(onPlan('pro'), 'gpt-5.6-luna').contextWindow).toBe(921_000);
  });

  it('share one limit, but for those with one of their own', () => {
    expect(familyOf('gpt-5.5')).toBe(familyOf('gpt-5.6-sol'));
    expect(familyOf('gpt-5.3-codex-spark')).toBe('gpt-5.3-codex-spark');
  });
});

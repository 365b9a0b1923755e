import { describe, expect, it } from 'vitest';
import type { Account } from '../../main/accounts/account.ts';
import { createActivities } from '../../main/engine/activities.ts';
import type { ServingProvider, UpstreamHeaders } from '../../main/providers/contract.ts';
import { createProviders } from '../../main/providers/index.ts';

const account = { id: 'one', provider: 'claude', kind: 'oauth', label: 'Ada' } as Account;
const model = 'claude-sonnet-4-5-20250929';
const told = (used: string): UpstreamHeaders => ({
  'request-id': `req_${used}`,
  'anthropic-ratelimit-unified-5h-utilization': used,
  'anthropic-ratelimit-unified-5h-reset': '2000',
});

/** Claude's own reading, counted. */
function start() {
  const claude = createProviders({ userAgent: 'test/1', installId: 'id', now: () => 0 }).find(
    ({ id }) => id === 'claude',
  );
  if (!claude?.upstream) throw new Error('there is no Claude');
  const { upstream } = claude;
  const seen = { readings: 0, now: 1_000_000 };
  const provider: ServingProvider = {
    ...claude,
    upstream: {
      ...upstream,
      quota(...call) {
        seen.readings += 1;
        return upstream.quota(...call);
      },
    },
  };
  const deps = { clock: { now: () => seen.now }, providerOf: () => provider, onChange: () => {} };
  return { seen, activities: createActivities(deps) };
}

describe('limits told by headers', () => {
  it('are read once while answers say the same', () => {
    const { seen, activities } = start();
    activities.headers(account, model, told('0.25'));
    const windows = activities.headers(account, model, { ...told('0.25'), 'request-id': 'another' });
    expect(seen.readings).toBe(1);
    expect(windows).toMatchObject([{ id: '5h', used: 0.25 }]);
    expect(activities.headers(account, model, told('0.5'))).toMatchObject([{ id: '5h', used: 0.5 }]);
    expect(seen.readings).toBe(2);
  });

  it('are read again for another model, and for another account', () => {
    const { seen, activities } = start();
    activities.headers(account, model, told('0.25'));
    activities.headers(account, 'claude-opus-4-8', told('0.25'));
    activities.headers({ ...account, id: 'two' }, 'claude-opus-4-8', told('0.25'));
    expect(seen.readings).toBe(3);
  });

  it('show when they were told last, and are forgotten when they have ended', () => {
    const { seen, activities } = start();
    activities.headers(account, model, told('0.25'));
    seen.now = 1_500_000;
    activities.headers(account, model, told('0.25'));
    expect(activities.all.get('one')?.windowsAt).toBe(1_500_000);
    seen.now = 2_000_001;
    expect(activities.headers(account, model, told('0.25'))).toEqual([]);
  });
});

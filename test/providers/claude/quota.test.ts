import { describe, expect, it } from 'vitest';
import { readQuota } from '../../../main/providers/claude/quota.ts';
import type { QuotaWindow } from '../../../main/providers/contract.ts';
import { mergeWindows } from '../../../main/providers/quota-windows.ts';

const hourMs = 3_600_000;

describe('quota headers', () => {
  it('give every window, whatever its name, and nothing else', () => {
    const headers = {
      'anthropic-ratelimit-unified-status': 'allowed_warning',
      'anthropic-ratelimit-unified-reset': '1800000000',
      'anthropic-ratelimit-unified-5h-utilization': '0.83',
      'anthropic-ratelimit-unified-5h-reset': '1800000000',
      'anthropic-ratelimit-unified-5h-status': 'allowed_warning',
      'anthropic-ratelimit-unified-5h-surpassed-threshold': '0.75',
      'anthropic-ratelimit-unified-7d-utilization': '1.25',
      'anthropic-ratelimit-unified-7d-status': 'rejected',
      'anthropic-ratelimit-unified-7d_oi-utilization': '0',
      'anthropic-ratelimit-unified-7d_oi-reset': 'soon',
      'anthropic-ratelimit-unified-7d-sonnet-utilization': '',
      'anthropic-ratelimit-unified-overage-status': 'rejected',
      'anthropic-ratelimit-unified-overage-utilization': '0.5',
      'anthropic-ratelimit-requests-reset': '2026-01-01T00:00:00Z',
    };
    expect(readQuota(headers, 'opus')).toEqual([
      { id: '5h', label: '5 hours', lengthMs: 5 * hourMs, used: 0.83, resetsAt: 1_800_000_000_000, state: 'warning' },
      { id: '7d', label: 'Week', lengthMs: 168 * hourMs, used: 1.25, state: 'rejected' },
      { id: '7d_oi', label: 'Week (opus)', lengthMs: 168 * hourMs, family: 'opus', used: 0 },
      { id: '7d-sonnet', label: 'Week (sonnet)', lengthMs: 168 * hourMs, family: 'sonnet' },
    ]);
    expect(readQuota(headers).map(({ family }) => family)).toEqual([undefined, undefined, 'oi', 'sonnet']);
  });

  it('give nothing for API keys', () => {
    expect(readQuota({ 'anthropic-ratelimit-requests-remaining': '3999' })).toEqual([]);
  });
});

describe('merging readings', () => {
  const now = 1_000_000;
  const window = (id: string, more: Partial<QuotaWindow> = {}): QuotaWindow => ({ id, label: id, ...more });

  it('keeps what the newer one lacks and drops what has reset', () => {
    const known = [
      window('5h', { used: 0.9, resetsAt: now }),
      window('7d', { used: 0.5, resetsAt: now + 1 }),
      window('x'),
    ];
    expect(mergeWindows(known, [window('7d_oi', { used: 0.1 })], now).map(({ id }) => id)).toEqual([
      '7d',
      'x',
      '7d_oi',
    ]);
  });

  it('takes resets within five seconds for one window', () => {
    const known = [window('5h', { used: 0.4, resetsAt: now + 60_000, state: 'warning' })];
    const [same] = mergeWindows(known, [window('5h', { used: 0.5, resetsAt: now + 64_000 })], now);
    expect(same).toEqual(window('5h', { used: 0.5, resetsAt: now + 60_000, state: 'warning' }));
    const [next] = mergeWindows(known, [window('5h', { used: 0, resetsAt: now + 66_000 })], now);
    expect(next).toEqual(window('5h', { used: 0, resetsAt: now + 66_000 }));
  });

  it('knows the limit of a family by whatever name it has', () => {
    const known = [window('7d_oi', { family: 'opus', lengthMs: 7, used: 0.4 })];
    const newer = [
      window('seven_day_opus', { family: 'opus', lengthMs: 7, used: 0.5 }),
      window('7d-sonnet', { family: 'sonnet', lengthMs: 7, used: 0.1 }),
    ];
    expect(mergeWindows(known, newer, now)).toMatchObject([
      { id: '7d_oi', used: 0.5 },
      { id: '7d-sonnet', used: 0.1 },
    ]);
  });

  it('forgets a refusal when there is room again', () => {
    const known = [window('5h', { used: 1, resetsAt: now + 60_000, state: 'rejected' })];
    const [read] = mergeWindows(known, [window('5h', { used: 0.2, resetsAt: now + 60_000 })], now);
    expect(read).toEqual(window('5h', { used: 0.2, resetsAt: now + 60_000 }));
  });

  it('leaves both readings as they were', () => {
    const known = Object.freeze([Object.freeze(window('5h', { resetsAt: now + 9 }))]);
    expect(mergeWindows(known, known, now)).toEqual(known);
  });
});

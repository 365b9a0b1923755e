import { describe, expect, it } from 'vitest';
import { readQuota, readQuotaEvent } from '../../../main/providers/chatgpt/quota.ts';

const hourMs = 3_600_000;

describe('the limits that an answer of the Codex backend tells', () => {
  it('are told by their lengths, whichever is called primary', () => {
    const windows = readQuota({
      'x-codex-primary-used-percent': '25.5',
      'x-codex-primary-window-minutes': '10080',
      'x-codex-primary-reset-at': '1800000000',
      'x-codex-secondary-used-percent': '140',
      'x-codex-secondary-window-minutes': '300',
      'x-codex-secondary-reset-after-seconds': '60',
      date: 'Fri, 15 Jan 2027 08:00:00 GMT',
      'x-codex-plan-type': 'plus',
    });
    expect(windows).toEqual([
      { id: '7d', label: 'Week', lengthMs: 168 * hourMs, used: 0.255, resetsAt: 1_800_000_000_000 },
      { id: '5h', label: '5 hours', lengthMs: 5 * hourMs, used: 1, resetsAt: 1_800_000_060_000 },
    ]);
  });

  it('include those of single models, by the name of the model', () => {
    const windows = readQuota({
      'x-codex-bengalfox-primary-used-percent': '10',
      'x-codex-bengalfox-primary-window-minutes': '300',
      'x-codex-bengalfox-limit-name': 'GPT-5.3-Codex-Spark',
    });
    expect(windows).toMatchObject([{ id: '5h_gpt-5.3-codex-spark', family: 'gpt-5.3-codex-spark', used: 0.1 }]);
  });

  it('are none where no figure can be read', () => {
    expect(readQuota({ 'x-codex-primary-used-percent': 'many', 'x-codex-primary-window-minutes': '300' })).toEqual([]);
    expect(readQuota({ 'content-type': 'text/event-stream' })).toEqual([]);
  });
});

describe('the limits that a stream of the Codex backend tells', () => {
  const data = JSON.stringify({
    type: 'codex.rate_limits',
    plan_type: 'plus',
    rate_limits: {
      primary: { used_percent: 12, window_minutes: 300, reset_at: 1_800_000_000 },
      secondary: { used_percent: 34, window_minutes: 10_080, reset_at: 1_800_100_000 },
    },
  });

  it('are those of its own event', () => {
    expect(readQuotaEvent({ event: 'codex.rate_limits', data })).toEqual([
      { id: '5h', label: '5 hours', lengthMs: 5 * hourMs, used: 0.12, resetsAt: 1_800_000_000_000 },
      { id: '7d', label: 'Week', lengthMs: 168 * hourMs, used: 0.34, resetsAt: 1_800_100_000_000 },
    ]);
    expect(readQuotaEvent({ data })).toHaveLength(2);
  });

  it('are none in other events, or in one that cannot be read', () => {
    expect(readQuotaEvent({ event: 'response.output_text.delta', data: '{"delta":"codex.rate_limits"}' })).toEqual([]);
    expect(readQuotaEvent({ data: '{"delta":"codex.rate_limits"}' })).toEqual([]);
    expect(readQuotaEvent({ event: 'codex.rate_limits', data: '{"type":"codex.rate_limits"' })).toEqual([]);
  });
});

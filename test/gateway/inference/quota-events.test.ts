import { describe, expect, it } from 'vitest';
import { watchingQuota } from '../../../main/gateway/inference/quota-events.ts';
import { readQuotaEvent } from '../../../main/providers/chatgpt/quota.ts';
import type { QuotaWindow } from '../../../main/providers/contract.ts';

const told = {
  type: 'codex.rate_limits',
  rate_limits: { primary: { used_percent: 40, window_minutes: 300, reset_at: 1_795_000_000 }, secondary: null },
};
const event = `event: codex.rate_limits\ndata: ${JSON.stringify(told)}\n\n`;

/** What a tracker behind the watch sees, and what the watch tells. */
function watched(read: typeof readQuotaEvent | undefined) {
  const seen: string[] = [];
  const windows: QuotaWindow[][] = [];
  const tracker = {
    push: (chunk: Buffer) => void seen.push(chunk.toString()),
    ended: () => true,
    error: () => 'broken',
  };
  return { tracker: watchingQuota(tracker, read, (read) => void windows.push(read)), seen, windows };
}

describe('events that tell of limits', () => {
  it('are read as they pass, and everything is seen by the tracker', () => {
    const { tracker, seen, windows } = watched(readQuotaEvent);
    const other = 'event: response.output_text.delta\ndata: {"delta":"my rate_limits"}\n\n';
    for (const chunk of [other, `${other}${event}`, 'data: {}\n\n']) tracker.push(Buffer.from(chunk));
    expect(windows).toMatchObject([[{ lengthMs: 5 * 3_600_000, used: 0.4, resetsAt: 1_795_000_000_000 }]]);
    expect(seen).toHaveLength(3);
    expect([tracker.ended(), tracker.error()]).toEqual([true, 'broken']);
  });

  it('are not looked for where a provider has none', () => {
    const { tracker, windows } = watched(undefined);
    tracker.push(Buffer.from(event));
    expect(windows).toEqual([]);
  });
});

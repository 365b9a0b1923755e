import { describe, expect, it } from 'vitest';
import { routeText } from '../../main/cli/route-text.ts';
import type { RouteView } from '../../preload/route-view.ts';

const at = Date.parse('2026-11-22T12:00:00Z');
const minuteMs = 60_000;
const asked = { model: 'gpt-5', format: 'openai-chat', surface: 'amp' } as const;
const empty: RouteView = { asked, at, passedOver: [], attempts: [], notAsked: [] };

describe('an explained route in a terminal', () => {
  it('is a table of who is asked and one of who is not', () => {
    const view: RouteView = {
      ...empty,
      mapped: { model: 'claude-opus-4-8(high)', rule: 'gpt-5 → claude-opus-4-8(high)' },
      passedOver: ['gpt-* → o3: no account serves o3 now'],
      attempts: [
        {
          via: 'account',
          accountId: 'claude:1',
          label: 'me@example.org',
          provider: 'claude',
          model: 'claude-opus-4-8',
          reason: 'next in turn',
        },
        {
          via: 'account',
          accountId: 'gemini:1',
          label: 'Work',
          provider: 'gemini',
          model: 'gemini-3-pro-preview',
          reason: 'the preview of gemini-3-pro',
          onlyAfterQuota: true,
        },
        { via: 'amp', model: 'gpt-5', reason: 'every account failed' },
      ],
      notAsked: [
        {
          accountId: 'claude:2',
          label: 'Old',
          model: 'claude-opus-4-8',
          reason: 'usage limit reached',
          until: at + 125 * minuteMs,
          askableAt: at + 15 * minuteMs,
        },
        {
          accountId: 'claude:3',
          label: 'Tried',
          model: 'claude-opus-4-8',
          reason: 'billing problem',
          until: at + minuteMs,
          askableAt: at - 1,
        },
        { accountId: 'claude:4', label: 'Off', model: 'claude-opus-4-8', reason: 'paused' },
      ],
    };
    expect(routeText(view)).toEqual([
      "gpt-5 in openai-chat on Amp's routes: up to 3 attempts",
      'Mapped to claude-opus-4-8(high) by gpt-5 → claude-opus-4-8(high)',
      'Passed over: gpt-* → o3: no account serves o3 now',
      '',
      '     Asked           Provider  Model                 Why',
      '  1  me@example.org  claude    claude-opus-4-8       next in turn',
      '  2  Work            gemini    gemini-3-pro-preview  the preview of gemini-3-pro; only when quota is used up',
      '  3  Amp                       gpt-5                 every account failed',
      '',
      'Not asked:',
      '  Account  Model            Why                  Back          Tried',
      '  Old      claude-opus-4-8  usage limit reached  in 2 h 5 min  in 15 min',
      '  Tried    claude-opus-4-8  billing problem      in 1 min      by the next request',
      '  Off      claude-opus-4-8  paused',
    ]);
  });

  it('says why nobody is asked, and until when', () => {
    const refusal = { code: 'model_cooldown', detail: 'gpt-5; a: usage limit reached', retryAt: at + 12_000 };
    expect(routeText({ ...empty, refusal })).toEqual([
      "gpt-5 in openai-chat on Amp's routes: refused (model_cooldown); try again in 12 s",
    ]);
    const notFound = { code: 'model_not_found', detail: 'gpt-5' };
    expect(routeText({ ...empty, asked: { ...asked, surface: 'direct' }, refusal: notFound })).toEqual([
      'gpt-5 in openai-chat on the plain API: refused (model_not_found)',
    ]);
    const wait = { until: at + 12_000, reason: 'waits for a: too many requests' };
    expect(routeText({ ...empty, wait })).toEqual([
      "gpt-5 in openai-chat on Amp's routes: waits for a: too many requests, for 12 s",
    ]);
  });
});

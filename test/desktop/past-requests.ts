import path from 'node:path';
import type { AttemptRecord, RequestRecord } from '../../main/journal/record.ts';
import { loadSqlite } from '../../main/journal/store/sqlite-driver.ts';
import { openSqliteStore } from '../../main/journal/store/sqlite-store.ts';

const dayMs = 86_400_000;
const tools = ['Amp', 'Claude Code', 'Codex', 'Gemini CLI'] as const;
const kinds = [
  {
    model: 'claude-opus-4-8',
    account: 'you@work.example',
    format: 'anthropic',
    path: '/api/provider/anthropic/v1/messages',
  },
  { model: 'claude-sonnet-5', account: 'you@work.example', format: 'anthropic', path: '/v1/messages' },
  { model: 'gpt-5.5-codex', account: 'you@home.example', format: 'openai-responses', path: '/v1/responses' },
  { model: 'gemini-3-pro', account: 'me@mail.example', format: 'gemini', path: '/v1beta/models' },
] as const;

/** Requests of two weeks up to `now`, the oldest first: most of them served, some failed, refused, left or paid with credits. */
export function pastRequests(count: number, now: number): RequestRecord[] {
  return Array.from({ length: count }, (_, place) => pastRequest(place, now - ((count - place) / count) * 14 * dayMs));
}

function pastRequest(place: number, startedAt: number): RequestRecord {
  const kind = kinds[(place * 7 + Math.floor(place / 5)) % kinds.length] ?? kinds[0];
  const base: RequestRecord = {
    id: `01a20152-0000-7000-8000-${String(place).padStart(12, '0')}`,
    startedAt: Math.round(startedAt),
    tool: tools[(place * 3 + Math.floor(place / 7)) % tools.length] ?? 'Amp',
    wireFormat: kind.format,
    path: kind.path,
    modelAsked: kind.model,
    route: 'local',
    reason: 'the only account that serves this model',
    attempts: [],
    status: 200,
    totalMs: 900 + ((place * 977) % 21_000),
  };
  return { ...base, ...endingOf(place, kind) };
}

function endingOf(place: number, { model, account }: (typeof kinds)[number]): Partial<RequestRecord> {
  const attempt: AttemptRecord = {
    via: `id of ${account}`,
    label: account,
    reason: 'the only account that serves this model',
    outcome: 'served',
    status: 200,
  };
  const limited = {
    ...attempt,
    label: 'spare@work.example',
    reason: 'next in turn',
    outcome: 'usage limit reached',
    status: 429,
  };
  if (place % 61 === 3)
    return { route: 'refused', reason: 'model_not_found', modelAsked: 'gpt-9', status: 404, totalMs: 2 };
  if (place % 47 === 5)
    return { status: 499, attempts: [{ ...attempt, outcome: 'client went away', status: 499 }], accountLabel: account };
  if (place % 41 === 7)
    return { status: 429, attempts: [limited, { ...limited, label: account }], accountLabel: account };
  const inputTokens = 400 + ((place * 131) % 3_000);
  const served: Partial<RequestRecord> = {
    modelServed: model,
    firstByteMs: 300 + ((place * 37) % 600),
    usage: {
      inputTokens,
      outputTokens: 150 + ((place * 53) % 2_500),
      cacheReadTokens: inputTokens * (place % 9),
      cacheWriteTokens: place % 3 === 0 ? 2_000 : 0,
      ...(place % 4 === 0 ? { reasoningTokens: 120 } : {}),
    },
  };
  if (place % 37 === 11) {
    return {
      ...served,
      modelAsked: 'glm-5',
      modelServed: 'glm-5',
      route: 'amp',
      reason: 'no account serves glm-5',
      attempts: [{ ...attempt, via: 'amp', label: 'Amp', reason: 'no account serves glm-5' }],
      paidBy: 'amp-credits',
      ampCredit: 'used',
    };
  }
  const isSecond = place % 13 === 4;
  const attempts = isSecond ? [limited, { ...attempt, reason: 'next in order' }] : [attempt];
  return {
    ...served,
    ...(isSecond ? { reason: 'next in order' } : {}),
    attempts,
    accountLabel: account,
    paidBy: 'subscription',
    ampCredit: 'saved',
  };
}

/** Puts them into the journal of an application that is not running. */
export function writeJournal(dataDir: string, requests: readonly RequestRecord[]): void {
  const store = openSqliteStore(path.join(dataDir, 'journal.db'), loadSqlite());
  store.append(requests);
  store.close();
}

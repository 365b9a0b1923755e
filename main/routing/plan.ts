import type { Account } from '../accounts/account.ts';
import type { WireFormatId } from '../protocols/wire-format.ts';

/** One try to serve a request, with the reason why it stands at its place. */
export type Attempt =
  | { kind: 'local'; account: Account /** The upstream's name of the model. */; model: string; reason: string }
  | { kind: 'amp'; reason: string };

/** An account that serves the model, but not now. */
export interface Unavailable {
  label: string;
  reason: string;
}

export type RefusalCode = 'model_not_found' | 'accounts_unavailable' | 'amp_credit_guard';

export interface Plan {
  /** In the order to be tried; empty when refused. */
  attempts: readonly Attempt[];
  unavailable: readonly Unavailable[];
  refusal?: { code: RefusalCode; detail: string };
}

export interface PlanRequest {
  /** The model's name without thinking suffix. */
  model: string;
  wireFormat: WireFormatId;
}

/** Whether and how Amp's own models may serve a request that no account serves. */
export interface AmpFallback {
  /** The route is one of Amp's and its server is configured. */
  reachable: boolean;
  mode: 'unknown' | 'exhausted' | 'never';
  /** Paid requests left today. */
  creditLeft: number;
}

export interface PlanInput {
  accounts: readonly Account[];
  /** The upstream's name of a model on an account; undefined when the account does not serve it. */
  upstreamModel(account: Account, model: string): string | undefined;
  /** Whether the account's upstream can answer in a wire format. */
  speaks(account: Account, format: WireFormatId): boolean;
  amp: AmpFallback;
  /** Counts up by one a conversation; moves the start among accounts of equal priority. */
  turn: number;
}

/** Decides who is asked, in which order, and why. Pure: same input, same plan. */
export function plan(request: PlanRequest, input: PlanInput): Plan {
  const serving = input.accounts.flatMap((account) => {
    const model = input.speaks(account, request.wireFormat) ? input.upstreamModel(account, request.model) : undefined;
    return model === undefined ? [] : [{ account, model }];
  });
  const unavailable = serving.flatMap(({ account }) => blockedBy(account));
  const usable = serving.filter(({ account }) => blockedBy(account).length === 0);
  const attempts = inOrder(usable, input.turn).map(
    ({ account, model }, index): Attempt => ({
      kind: 'local',
      account,
      model,
      reason: reasonFor(account, index, usable.length),
    }),
  );
  if (serving.length === 0) return fallBack(request, input.amp, 'unknown', unavailable);
  if (attempts.length === 0) return fallBack(request, input.amp, 'exhausted', unavailable);
  if (input.amp.mode !== 'exhausted' || !canUseAmp(input.amp)) return { attempts, unavailable };
  return { attempts: [...attempts, { kind: 'amp', reason: 'every account failed' }], unavailable };
}

function blockedBy(account: Account): Unavailable[] {
  if (account.needsSignIn !== undefined)
    return [{ label: account.label, reason: `needs sign-in: ${account.needsSignIn}` }];
  if (account.withdrawn) return [{ label: account.label, reason: 'its credential file was deleted' }];
  return account.paused ? [{ label: account.label, reason: 'paused' }] : [];
}

/** Highest priority first; equal ones in a stable order that starts elsewhere at each turn. */
function inOrder<T extends { account: Account }>(candidates: readonly T[], turn: number): T[] {
  const priorities = [...new Set(candidates.map(({ account }) => account.priority))].sort((a, b) => b - a);
  return priorities.flatMap((priority) => {
    const equal = candidates
      .filter(({ account }) => account.priority === priority)
      .sort((a, b) => (a.account.id < b.account.id ? -1 : 1));
    const start = turn % equal.length;
    return [...equal.slice(start), ...equal.slice(0, start)];
  });
}

function reasonFor(account: Account, index: number, count: number): string {
  if (count === 1) return 'the only account that serves this model';
  if (index > 0) return 'next in order after a failure';
  return account.priority === 0 ? 'next in turn' : `highest priority (${account.priority})`;
}

function canUseAmp(amp: AmpFallback): boolean {
  return amp.reachable && amp.mode !== 'never' && amp.creditLeft > 0;
}

function fallBack(
  request: PlanRequest,
  amp: AmpFallback,
  why: 'unknown' | 'exhausted',
  unavailable: readonly Unavailable[],
): Plan {
  const wanted = amp.reachable && (why === 'unknown' ? amp.mode !== 'never' : amp.mode === 'exhausted');
  const reason = why === 'unknown' ? `no account serves ${request.model}` : 'no account is available';
  if (wanted && amp.creditLeft > 0) return { attempts: [{ kind: 'amp', reason }], unavailable };
  if (wanted) return refuse('amp_credit_guard', request.model, unavailable);
  if (why === 'exhausted')
    return refuse(
      'accounts_unavailable',
      unavailable.map(({ label, reason: text }) => `${label}: ${text}`).join('; '),
      unavailable,
    );
  return refuse('model_not_found', request.model, unavailable);
}

function refuse(code: RefusalCode, detail: string, unavailable: readonly Unavailable[]): Plan {
  return { attempts: [], unavailable, refusal: { code, detail } };
}

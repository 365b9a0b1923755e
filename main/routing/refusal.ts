import { nearestKey } from '../settings/nearest-key.ts';
import type { Cause } from './breakers/breaker.ts';
import type { LeftOut } from './outlook.ts';
import { leftOutText } from './words.ts';

export type RefusalCode =
  /** 404: no account serves the model. */
  | 'model_not_found'
  /** 429: what could serve it has used up its quota. */
  | 'model_cooldown'
  /** 503: what could serve it fails for the moment. */
  | 'accounts_failing'
  /** 503: somebody has to do something, such as to sign in. */
  | 'accounts_unavailable'
  /** 402: Amp would serve it, but today's limit of paid requests is reached. */
  | 'amp_credit_guard'
  /** 402: Amp would serve it, but its owner does not let it serve this model. */
  | 'amp_model_left_out';

/** Why nobody is asked. Names accounts by their labels only. */
export interface Refusal {
  code: RefusalCode;
  /** For people; holds no secret. */
  detail: string;
  /** Milliseconds from now until an account is expected to serve again. */
  retryAfterMs?: number;
  candidates: readonly { label: string; reason: string; until?: number }[];
}

interface RefusalInput {
  now: number;
  amp: { reachable: boolean; mode: 'unknown' | 'exhausted' | 'never'; creditLeft: number; leavesOut?: boolean };
  knownModels(): readonly string[];
}

const quotaCauses: readonly Cause[] = ['usage-limit', 'burst', 'free-usage'];
const passingCauses: readonly Cause[] = ['overloaded', 'failing', 'firewall'];

/** Whether an account is left out because its quota is used up, or as much of it as its owner allows. */
export function isUsedUp({ why, breaker }: LeftOut): boolean {
  return why === 'reserve' || (breaker !== undefined && quotaCauses.includes(breaker.cause));
}

/** The answer to a request that nobody is asked to serve. */
export function refusalOf(model: string, isServed: boolean, leftOut: readonly LeftOut[], input: RefusalInput): Refusal {
  const candidates = leftOut.map(({ label, reason, until }) => ({
    label,
    reason,
    ...(until === undefined ? {} : { until }),
  }));
  if (!isServed) return { ...notServed(model, input), candidates };
  const code = codeOf(leftOut);
  const waits = leftOut.flatMap(({ until }) => (until === undefined ? [] : [until - input.now]));
  return {
    code,
    detail: detailOf(code, model, leftOut, input.now),
    candidates,
    ...(waits.length === 0 ? {} : { retryAfterMs: Math.max(1, Math.min(...waits)) }),
  };
}

function notServed(model: string, { amp, knownModels }: RefusalInput): Pick<Refusal, 'code' | 'detail'> {
  if (amp.reachable && amp.mode !== 'never')
    return { code: amp.leavesOut ? 'amp_model_left_out' : 'amp_credit_guard', detail: model };
  const nearest = nearestKey(model, knownModels());
  return { code: 'model_not_found', detail: nearest === undefined ? model : `${model} (did you mean ${nearest}?)` };
}

/** Quota before failures before what people have to mend: the first tells the client best when to come back. */
function codeOf(leftOut: readonly LeftOut[]): RefusalCode {
  if (leftOut.some(isUsedUp)) return 'model_cooldown';
  const causes = leftOut.flatMap(({ breaker }) => (breaker ? [breaker.cause] : []));
  return causes.some((cause) => passingCauses.includes(cause)) ? 'accounts_failing' : 'accounts_unavailable';
}

const mostListed = 8;

function detailOf(code: RefusalCode, model: string, leftOut: readonly LeftOut[], now: number): string {
  const ofSeveral = new Set(leftOut.map((one) => one.model)).size > 1;
  const named = ({ label, model: tried }: LeftOut) => (ofSeveral ? `${label} for ${tried}` : label);
  const list = leftOut.slice(0, mostListed).map((one) => `${named(one)}: ${leftOutText(one, now)}`);
  if (leftOut.length > mostListed) list.push(`and ${leftOut.length - mostListed} more`);
  const said = code === 'accounts_failing' ? lastWords(leftOut) : '';
  return `${model}; ${list.join('; ')}${said}`;
}

/** What the provider said last; addresses in it belong to nobody else. */
function lastWords(leftOut: readonly LeftOut[]): string {
  const [latest] = leftOut.flatMap(({ breaker }) => (breaker ? [breaker] : [])).sort((a, b) => b.since - a.since);
  const message = latest?.said.message.replace(/[^\s@<>"']+@[^\s@<>"']+\.\w+/g, '…').slice(0, 300);
  return message ? `. The provider said: ${message}` : '';
}

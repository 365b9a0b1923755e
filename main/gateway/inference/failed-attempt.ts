import { isJsonObject } from '../../protocols/exact-json.ts';
import { objectIn } from '../../protocols/json-text.ts';
import type { RenderableError } from '../../protocols/wire-format.ts';
import type { Fault, ServingProvider, UpstreamFailure } from '../../providers/contract.ts';
import { clientHeaders } from '../headers.ts';
import type { ReadyError } from './client-answer.ts';
import type { InferenceJob } from './job.ts';
import type { LocalAttempt } from './serve-locally.ts';
import type { PreparedCall } from './translation/prepared-call.ts';

/** An attempt that reached nobody, with what the client gets to see if no other one succeeds. */
export interface FailedAttempt {
  kind: 'failed';
  fault: Fault;
  /** No other account could do better: the request itself is at fault. */
  final: boolean;
  error: RenderableError;
  /** The upstream's own error answer, when it is in the client's wire format. */
  upstream?: ReadyError;
  /** The same request without what the upstream refused. */
  repaired?: PreparedCall;
}

export function failedAttempt(
  failure: UpstreamFailure,
  fault: Fault,
  provider: ServingProvider,
  job: InferenceJob,
  { account }: LocalAttempt,
): FailedAttempt {
  const final = fault.scope === 'request' && fault.kind !== 'network';
  if (fault.kind === 'auth')
    return { kind: 'failed', fault, final, error: signInNeeded(fault, provider.label, account.label) };
  const upstream = upstreamWords(failure, provider, job);
  return { kind: 'failed', fault, final, error: renderable(fault), ...(upstream ? { upstream } : {}) };
}

export function wordsOf(fault: Fault): string {
  return `${fault.kind}: ${fault.message}`.slice(0, 300);
}

function renderable(fault: Fault): RenderableError {
  return {
    status: fault.status,
    code: fault.type ?? fault.kind,
    message: fault.message,
    ...(fault.param === undefined ? {} : { param: fault.param }),
    ...(fault.retryAfterMs === undefined ? {} : { retryAfterMs: fault.retryAfterMs }),
  };
}

/** A client that reads 401 would look for a fault in its own key; the one refused is the owner's. */
function signInNeeded(fault: Fault, provider: string, label: string): RenderableError {
  const message = `${provider} refused the credentials of ${label}: ${fault.message} Sign in to that account again in Fusebox.`;
  return { status: 503, code: 'accounts_unavailable', message };
}

/**
 * Byte for byte what the upstream said, when it is an error in the format that the client speaks: all four have an object
 * of this name. What stands in front of a model, as at ChatGPT, may word its errors in a shape of its own.
 */
function upstreamWords(failure: UpstreamFailure, provider: ServingProvider, job: InferenceJob): ReadyError | undefined {
  if (!('status' in failure) || !provider.upstream.nativeFormats.includes(job.route.wireFormat)) return undefined;
  // An error within a stream came under a head that said 200 and text/event-stream.
  if (failure.status < 400 || !String(failure.headers['content-type'] ?? '').includes('json')) return undefined;
  if (!namesError(failure.body)) return undefined;
  return { headers: clientHeaders(failure.headers), body: failure.body };
}

function namesError(body: string): boolean {
  return isJsonObject(objectIn(body)?.error);
}

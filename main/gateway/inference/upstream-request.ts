import type { Secret } from '../../accounts/account.ts';
import { JsonSyntaxError } from '../../protocols/json-edit.ts';
import type { ServingProvider } from '../../providers/contract.ts';
import { GatewayError } from '../errors.ts';
import type { InferenceDeps, InferenceJob } from './handler.ts';
import type { LocalAttempt } from './serve-locally.ts';
import type { PreparedCall } from './translation/prepared-call.ts';
import { thinkingWish } from './translation/thinking-wish.ts';

/**
 * The upstream call of one attempt whose upstream speaks the client's own format: the bytes go on as they came, edited
 * in place. Throws GatewayError when the request itself is at fault, FieldError when this upstream cannot take it.
 */
export function sameFormatCall(
  job: InferenceJob,
  { account, model }: LocalAttempt,
  secret: Secret,
  provider: ServingProvider,
  deps: InferenceDeps,
): PreparedCall {
  const thinking = thinkingWish(job.model);
  const { body } = job.local();
  const request = {
    wireFormat: job.route.wireFormat,
    operation: job.route.operation,
    model,
    stream: job.stream,
    thinking,
    body,
    members: body === job.body.plain ? job.members : undefined,
    headers: job.surface.adaptHeaders(job.ctx.req.headers),
    query: withoutCredentials(job.ctx.query),
    // Finding it out reads the conversation's beginning, which only some providers want.
    get sessionId() {
      return job.sessionId();
    },
  };
  try {
    const call = provider.upstream.prepare(request, account, secret, deps.endpoints(account));
    const lasting = job.body.lasting(call.body);
    return {
      call: lasting === call.body ? call : { ...call, body: lasting },
      format: job.route.wireFormat,
      stream: call.answer?.stream ?? job.stream,
      dropped: call.dropped ?? [],
      changed: call.changed ?? [],
    };
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new GatewayError('invalid_json', { detail: error.message, cause: error });
  }
}

/** Credentials that some clients put into the query are for us, never for an upstream. */
function withoutCredentials(query: string): string {
  if (query === '' || !/key=|auth_token=/.test(query)) return query;
  return query
    .split('&')
    .filter((part) => !isCredential(part))
    .join('&');
}

/** Read as the key check reads it, so that no spelling of a name is a credential there and passes here. */
function isCredential(part: string): boolean {
  const names = new URLSearchParams(part);
  return names.has('key') || names.has('auth_token');
}

import type { Secret } from '../../accounts/account.ts';
import { JsonSyntaxError } from '../../protocols/json-edit.ts';
import { parseSuffix, splitSuffix, type ThinkingWish } from '../../protocols/thinking-suffix.ts';
import type { ServingProvider, UpstreamCall } from '../../providers/contract.ts';
import { GatewayError } from '../errors.ts';
import type { InferenceDeps, InferenceJob } from './handler.ts';
import type { LocalAttempt } from './serve-locally.ts';

/** The upstream call of one attempt. Throws GatewayError when the request itself is at fault. */
export function upstreamCall(
  job: InferenceJob,
  { account, model }: LocalAttempt,
  secret: Secret,
  provider: ServingProvider,
  deps: InferenceDeps,
): UpstreamCall {
  const thinking = wishOf(job.model);
  const { body } = job.local();
  const request = {
    wireFormat: job.route.wireFormat,
    operation: job.route.operation,
    model,
    stream: job.stream,
    ...(thinking ? { thinking } : {}),
    body,
    ...(job.members && body === job.body.plain ? { members: job.members } : {}),
    headers: job.surface.adaptHeaders(job.ctx.req.headers),
    query: withoutCredentials(job.ctx.query),
  };
  try {
    const call = provider.upstream.prepare(request, account, secret, deps.endpoints(account));
    return { ...call, body: job.body.lasting(call.body) };
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new GatewayError('invalid_json', { detail: error.message, cause: error });
  }
}

/** Credentials that some clients put into the query are for us, never for an upstream. */
function withoutCredentials(query: string): string {
  if (!/key=|auth_token=/.test(query)) return query;
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

function wishOf(model: string): ThinkingWish | undefined {
  const { suffix } = splitSuffix(model);
  if (suffix === '') return undefined;
  const wish = parseSuffix(suffix);
  if ('error' in wish) throw new GatewayError('invalid_field', { detail: wish.error, param: 'model' });
  return wish;
}

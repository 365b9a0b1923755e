import type { Secret } from '../../accounts/account.ts';
import { stringifyExact } from '../../protocols/exact-json.ts';
import { translators } from '../../protocols/index.ts';
import { JsonSyntaxError } from '../../protocols/json-edit.ts';
import { createPublicStream } from '../../protocols/openai-responses/public-stream.ts';
import { createAnswerTranslation } from '../../protocols/translation/answer.ts';
import type { ProviderRequest, ServingProvider, UpstreamCall } from '../../providers/contract.ts';
import { GatewayError } from '../errors.ts';
import type { InferenceDeps } from './handler.ts';
import type { InferenceJob } from './job.ts';
import { namesPrevious, requestIn, withHistory } from './responses/previous-response.ts';
import type { LocalAttempt } from './serve-locally.ts';
import { readsArray } from './surface.ts';
import { encodeContext } from './translation/encode-context.ts';
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
  const body = bodyFor(job, provider.upstream.storesResponses?.(account) ?? false, deps);
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
    sessionId: () => job.sessionId(),
  };
  const send = (sent: ProviderRequest): PreparedCall => {
    const call = provider.upstream.prepare(sent, account, secret, deps.endpoints(account));
    const sendable = job.body.sendable(call.body);
    const stream = call.answer?.stream ?? job.stream;
    return {
      call: sendable === call.body ? call : { ...call, body: sendable },
      format: sent.wireFormat,
      stream,
      ...translating(job, call, deps),
      repair(failure) {
        const repaired = provider.upstream.repair?.(sent.body, failure);
        return repaired && send({ ...sent, body: repaired, members: undefined });
      },
      dropped: call.dropped ?? [],
      changed: call.changed ?? [],
    };
  };
  try {
    return send(request);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new GatewayError('invalid_json', { detail: error.message, cause: error });
  }
}

/** The body as the client sent it, with what was said before where the upstream has not kept it. */
function bodyFor(job: InferenceJob, storesResponses: boolean, { transcripts }: InferenceDeps): Buffer {
  const { body } = job.local();
  if (job.route.wireFormat !== 'openai-responses' || storesResponses || !namesPrevious(body)) return body;
  const json = requestIn(body);
  return json ? Buffer.from(stringifyExact(withHistory(json, transcripts))) : body;
}

/** What must be done to the answer, where its bytes are not the client's already. */
function translating(job: InferenceJob, call: UpstreamCall, deps: InferenceDeps): Pick<PreparedCall, 'translate'> {
  if (!isAsAsked(job, call)) return { translate: sameFormatTranslation(job, call, deps) };
  return call.answer?.isForCodex ? { translate: createPublicStream } : {};
}

/** Whether the answer comes in the framing that the client reads; enveloped ones are always streamed as events. */
function isAsAsked({ route, stream, ctx }: InferenceJob, { answer }: UpstreamCall): boolean {
  if (answer?.isRewritten || (answer?.envelope && readsArray(route, stream, ctx.query))) return false;
  return (answer?.stream ?? stream) === stream;
}

/** An upstream that only streams, or never does, answers a client that wants it otherwise. */
function sameFormatTranslation(
  job: InferenceJob,
  { dropped = [], changed = [] }: UpstreamCall,
  deps: InferenceDeps,
): NonNullable<PreparedCall['translate']> {
  const translator = translators[job.route.wireFormat];
  const context = encodeContext(job, job.conversation(), deps, [...dropped, ...changed]);
  const notes = { toolNames: new Map<string, string>(), wrappedTools: new Set<string>() };
  return (fromStream) =>
    createAnswerTranslation({
      upstream: translator,
      client: translator,
      fromStream,
      toStream: job.stream,
      notes,
      context,
    });
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

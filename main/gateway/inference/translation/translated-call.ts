import type { Secret } from '../../../accounts/account.ts';
import { stringifyExact } from '../../../protocols/exact-json.ts';
import { translators } from '../../../protocols/index.ts';
import { createAnswerTranslation } from '../../../protocols/translation/answer.ts';
import { createCountTranslation } from '../../../protocols/translation/count.ts';
import { translateRequest } from '../../../protocols/translation/request.ts';
import type { RenderedRequest, RenderTarget } from '../../../protocols/translator.ts';
import type { WireFormatId } from '../../../protocols/wire-format.ts';
import type { ProviderRequest, ServingProvider } from '../../../providers/contract.ts';
import type { InferenceDeps } from '../handler.ts';
import type { InferenceJob } from '../job.ts';
import type { LocalAttempt } from '../serve-locally.ts';
import { encodeContext } from './encode-context.ts';
import { inlineMedia } from './inline-media.ts';
import type { PreparedCall } from './prepared-call.ts';
import { thinkingWish } from './thinking-wish.ts';

/** The format in which an account's upstream gets a request: the client's own where it is spoken. */
export function upstreamFormat(client: WireFormatId, { upstream }: ServingProvider): WireFormatId {
  return upstream.nativeFormats.includes(client) ? client : (upstream.nativeFormats[0] ?? client);
}

/**
 * The call of an attempt whose upstream speaks another format than the client. Rejects with FieldError for what this
 * upstream cannot be told, and with GatewayError for a request that is at fault by itself.
 */
export async function translatedCall(
  job: InferenceJob,
  attempt: LocalAttempt,
  secret: Secret,
  provider: ServingProvider,
  deps: InferenceDeps,
): Promise<PreparedCall> {
  const format = upstreamFormat(job.route.wireFormat, provider);
  const target = renderTarget(job, attempt, provider, format);
  const said = carriesSignatures(job) ? job.conversation() : deps.thinking.restore(job.conversation(), job.sessionId());
  const conversation = await inlineMedia(said, target.dialect, deps.fetchMedia);
  const rendered = translateRequest(conversation, translators[format], target);
  const request = providerRequest(job, attempt, rendered, format);
  const send = (sent: ProviderRequest): PreparedCall => {
    const call = provider.upstream.prepare(sent, attempt.account, secret, deps.endpoints(attempt.account));
    const dropped = [...rendered.dropped, ...(call.dropped ?? [])];
    const changed = [...rendered.changed, ...(call.changed ?? [])];
    const context = encodeContext(job, conversation, deps, [...dropped, ...changed]);
    return {
      call,
      format,
      stream: call.answer?.stream ?? job.stream,
      translate: (fromStream) =>
        job.route.operation === 'count-tokens'
          ? createCountTranslation(translators[format], translators[job.route.wireFormat])
          : createAnswerTranslation({
              upstream: translators[format],
              client: translators[job.route.wireFormat],
              fromStream,
              toStream: job.stream,
              notes: rendered.notes,
              context,
              ...(carriesSignatures(job) ? {} : { onEvents: deps.thinking.recorder(job.sessionId()) }),
            }),
      repair(failure) {
        const body = provider.upstream.repair?.(sent.body, failure);
        return body && send({ ...sent, body });
      },
      dropped,
      changed,
    };
  };
  return send(request);
}

/** Clients of the other formats send signed thinking back themselves. */
function carriesSignatures({ route }: InferenceJob): boolean {
  return route.wireFormat !== 'openai-chat';
}

function renderTarget(
  job: InferenceJob,
  { account, model }: LocalAttempt,
  { upstream }: ServingProvider,
  format: WireFormatId,
): RenderTarget {
  const { maxOutput, thinking: thinkingSupport } = upstream.modelInfo(account, model);
  const thinking = thinkingWish(job.model);
  return {
    dialect: upstream.dialect?.(format, account, model) ?? translators[format].dialect,
    model,
    maxOutput,
    stream: job.stream,
    ...(thinkingSupport ? { thinkingSupport } : {}),
    ...(thinking ? { thinking } : {}),
  };
}

/** The client's headers and query are those of another format: nothing of them goes on. */
function providerRequest(
  job: InferenceJob,
  { model }: LocalAttempt,
  { body, betas }: RenderedRequest,
  wireFormat: WireFormatId,
): ProviderRequest {
  return {
    wireFormat,
    operation: job.route.operation,
    model,
    stream: job.stream,
    body: Buffer.from(stringifyExact(body)),
    headers: {},
    query: '',
    translatedFrom: job.route.wireFormat,
    sessionId: () => job.sessionId(),
    ...(betas ? { betas } : {}),
  };
}

import type { Conversation } from '../../../protocols/conversation.ts';
import { isJsonObject, parseExact } from '../../../protocols/exact-json.ts';
import { FieldError } from '../../../protocols/features.ts';
import { translators } from '../../../protocols/index.ts';
import { splitSuffix } from '../../../protocols/thinking-suffix.ts';
import { GatewayError } from '../../errors.ts';
import { withHistory } from '../responses/previous-response.ts';
import type { Transcripts } from '../responses/transcripts.ts';
import type { InferenceRoute } from '../surface.ts';

/** What a request says, independent of its wire format. Throws GatewayError, naming the field at fault. */
export function parseConversation(
  route: InferenceRoute,
  body: Buffer,
  asked: { path: string; model: string; stream: boolean },
  transcripts: Transcripts,
): Conversation {
  const { path, stream } = asked;
  const { base: model } = splitSuffix(asked.model);
  try {
    const json = parseExact(body.toString('utf8'));
    if (!isJsonObject(json)) throw new GatewayError('invalid_json', { detail: 'it is not an object' });
    const whole = route.wireFormat === 'openai-responses' ? withHistory(json, transcripts) : json;
    const parsed = translators[route.wireFormat].parse({
      body: whole,
      operation: route.operation,
      path,
      model,
      stream,
    });
    return { ...parsed, model, stream };
  } catch (error) {
    if (error instanceof FieldError)
      throw new GatewayError('invalid_field', { detail: error.message, param: error.field, cause: error });
    if (error instanceof SyntaxError) throw new GatewayError('invalid_json', { detail: 'it cannot be parsed' });
    throw error;
  }
}

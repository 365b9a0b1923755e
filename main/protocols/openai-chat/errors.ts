import { encodeEvent } from '../sse.ts';
import type { ErrorRenderer, RenderableError } from '../wire-format.ts';

/** Errors as the OpenAI Chat Completions API words them. */
export const openaiChatErrors: ErrorRenderer = {
  body: openaiErrorBody,
  streamEvent(error) {
    const { type, code } = openaiErrorCodes(error);
    return encodeEvent(undefined, JSON.stringify({ error: { message: error.message, type, code } }));
  },
};

/** The JSON body that both OpenAI formats share. The request id travels in a header there. */
export function openaiErrorBody(error: RenderableError): string {
  const { type, code } = openaiErrorCodes(error);
  return JSON.stringify({ error: { message: error.message, type, param: error.param ?? null, code } });
}

/** Type and code of both OpenAI formats. */
export function openaiErrorCodes({ status, code }: RenderableError): { type: string; code: string } {
  if (status === 401) return { type: 'authentication_error', code: 'invalid_api_key' };
  if (status === 403) return { type: 'permission_error', code };
  if (status === 429) {
    return { type: 'rate_limit_error', code: code === 'insufficient_quota' ? code : 'rate_limit_exceeded' };
  }
  return { type: status >= 500 ? 'server_error' : 'invalid_request_error', code };
}

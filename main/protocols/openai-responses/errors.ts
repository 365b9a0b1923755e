import { openaiErrorBody, openaiErrorCodes } from '../openai-chat/errors.ts';
import { encodeEvent } from '../sse.ts';
import type { ErrorRenderer } from '../wire-format.ts';

/** Errors as the OpenAI Responses API words them. */
export const openaiResponsesErrors: ErrorRenderer = {
  body: openaiErrorBody,
  /** `response.failed` is what Codex waits for; clients retry the codes used here for 429 and from 500 on. */
  streamEvent(error) {
    const { type, code } = openaiErrorCodes(error);
    const response = {
      object: 'response',
      status: 'failed',
      error: { code: error.status >= 500 ? type : code, message: error.message },
      output: [],
    };
    return encodeEvent('response.failed', JSON.stringify({ type: 'response.failed', response }));
  },
};

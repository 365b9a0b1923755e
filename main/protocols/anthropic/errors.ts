import { encodeEvent } from '../sse.ts';
import type { ErrorRenderer } from '../wire-format.ts';

/** Errors as the Anthropic Messages API words them. */
export const anthropicErrors: ErrorRenderer = {
  body(error, requestId) {
    const type = errorType(error.status);
    return JSON.stringify({ type: 'error', error: { type, message: error.message }, request_id: requestId });
  },
  streamEvent(error) {
    const type = streamErrorType(error.status);
    return encodeEvent('error', JSON.stringify({ type: 'error', error: { type, message: error.message } }));
  },
};

const typeByStatus: Record<number, string> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

function errorType(status: number): string {
  return typeByStatus[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
}

/** Within a stream clients retry these types only. */
function streamErrorType(status: number): string {
  if (status === 503 || status === 529) return 'overloaded_error';
  return status >= 500 ? 'api_error' : errorType(status);
}

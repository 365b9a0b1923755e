import { encodeEvent } from '../sse.ts';
import type { ErrorRenderer, RenderableError } from '../wire-format.ts';

/** Errors as Google's APIs word them, with the standard details of google.rpc. */
export const geminiErrors: ErrorRenderer = {
  body(error, requestId) {
    const details = [...errorDetails(error), { '@type': `${typePrefix}RequestInfo`, requestId }];
    return JSON.stringify({ error: { ...errorHead(error), details } });
  },
  streamEvent(error) {
    return encodeEvent(undefined, JSON.stringify({ error: errorHead(error) }));
  },
};

const typePrefix = 'type.googleapis.com/google.rpc.';

const statusNames: Record<number, string> = {
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
  529: 'UNAVAILABLE',
};

function errorHead({ status, message }: RenderableError) {
  return { code: status, message, status: statusNames[status] ?? (status >= 500 ? 'INTERNAL' : 'INVALID_ARGUMENT') };
}

function errorDetails(error: RenderableError): object[] {
  const details: object[] = [
    { '@type': `${typePrefix}ErrorInfo`, reason: error.code.toUpperCase(), domain: 'fusebox' },
  ];
  if (error.param !== undefined) {
    const fieldViolations = [{ field: error.param, description: error.message }];
    details.push({ '@type': `${typePrefix}BadRequest`, fieldViolations });
  }
  if (error.retryAfterMs !== undefined) {
    details.push({ '@type': `${typePrefix}RetryInfo`, retryDelay: `${Math.ceil(error.retryAfterMs / 1000)}s` });
  }
  return details;
}

import { type Answer, jsonAnswer } from '../answer.ts';

/** A failure in Anthropic's terms. */
export interface ApiError {
  status: number;
  type: string;
  message: string;
}

export const errors = {
  invalid: (message: string): ApiError => ({ status: 400, type: 'invalid_request_error', message }),
  authentication: (message: string): ApiError => ({ status: 401, type: 'authentication_error', message }),
  permission: (message: string): ApiError => ({ status: 403, type: 'permission_error', message }),
  notFound: (message: string): ApiError => ({ status: 404, type: 'not_found_error', message }),
  tooLarge: (): ApiError => ({ status: 413, type: 'request_too_large', message: 'Request exceeds the maximum size' }),
  rateLimit: (message: string): ApiError => ({ status: 429, type: 'rate_limit_error', message }),
  api: (): ApiError => ({ status: 500, type: 'api_error', message: 'Internal server error' }),
  overloaded: (): ApiError => ({ status: 529, type: 'overloaded_error', message: 'Overloaded' }),
};

function errorBody(error: Omit<ApiError, 'status'>, requestId: string): unknown {
  return { type: 'error', error: { type: error.type, message: error.message }, request_id: requestId };
}

export function errorAnswer(error: ApiError, requestId: string, headers: Record<string, string> = {}): Answer {
  return jsonAnswer(error.status, errorBody(error, requestId), headers);
}

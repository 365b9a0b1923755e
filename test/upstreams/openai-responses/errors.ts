import { type Answer, jsonAnswer } from '../answer.ts';

/** An error as OpenAI words it. */
export interface ApiError {
  status: number;
  message: string;
  type?: string;
  code?: string;
  param?: string;
  /** Members of one service alone, such as `resets_at`. */
  more?: Readonly<Record<string, unknown>>;
}

export const errors = {
  invalid: (message: string, param?: string, code?: string): ApiError => ({
    status: 400,
    type: 'invalid_request_error',
    message,
    ...(param === undefined ? {} : { param }),
    ...(code === undefined ? {} : { code }),
  }),
  unknownParameter: (name: string) => errors.invalid(`Unknown parameter: '${name}'.`, name, 'unknown_parameter'),
  badKey: (key: string): ApiError => ({
    status: 401,
    type: 'invalid_request_error',
    code: 'invalid_api_key',
    message: `Incorrect API key provided: ${key}. You can find your API key at https://platform.openai.com/account/api-keys.`,
  }),
  noModel: (model: unknown): ApiError => ({
    status: 400,
    type: 'invalid_request_error',
    code: 'model_not_found',
    param: 'model',
    message: `The requested model '${model}' does not exist.`,
  }),
  notFound: (): ApiError => ({ status: 404, type: 'invalid_request_error', message: 'Not found' }),
  rateLimit: (message = 'Rate limit reached for requests. Please try again in 2s.'): ApiError => ({
    status: 429,
    type: 'requests',
    code: 'rate_limit_exceeded',
    message,
  }),
  noQuota: (): ApiError => ({
    status: 429,
    type: 'insufficient_quota',
    code: 'insufficient_quota',
    message: 'You exceeded your current quota, please check your plan and billing details.',
  }),
  overloaded: (): ApiError => ({
    status: 503,
    type: 'service_unavailable_error',
    code: 'server_is_overloaded',
    message: 'Our servers are currently overloaded. Please try again later.',
  }),
};

export function errorBody({ type, code, message, param, more }: ApiError): { error: Record<string, unknown> } {
  return { error: { message, type: type ?? null, param: param ?? null, code: code ?? null, ...more } };
}

export function errorAnswer(error: ApiError, headers: Record<string, string> = {}): Answer {
  return jsonAnswer(error.status, errorBody(error), headers);
}

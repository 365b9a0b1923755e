import { type Answer, type Delivery, jsonAnswer } from '../answer.ts';

/** What the service says instead of an answer. */
export interface ChatError {
  status: number;
  message: string;
  type: string;
  param?: string;
  code?: string;
}

const invalid = (message: string, param?: string, code?: string): ChatError => ({
  status: 400,
  message,
  type: 'invalid_request_error',
  ...(param === undefined ? {} : { param }),
  ...(code === undefined ? {} : { code }),
});

/** The errors of OpenAI's API by their usual words. */
export const errors = {
  invalid,
  unknownParameter: (param: string) => invalid(`Unknown parameter: '${param}'.`, param, 'unknown_parameter'),
  missing: (param: string) => invalid(`Missing required parameter: '${param}'.`, param, 'missing_required_parameter'),
  wrongType: (param: string, expected: string) =>
    invalid(`Invalid type for '${param}': expected ${expected}.`, param, 'invalid_type'),
  badValue: (param: string, message: string) => invalid(message, param, 'invalid_value'),
  unsupported: (param: string, message: string) => invalid(message, param, 'unsupported_parameter'),
  noKey: (): ChatError => ({
    status: 401,
    message: "You didn't provide an API key.",
    type: 'invalid_request_error',
  }),
  badKey: (key: string): ChatError => ({
    status: 401,
    message: `Incorrect API key provided: ${key.slice(0, 8)}***.`,
    type: 'invalid_request_error',
    code: 'invalid_api_key',
  }),
  noModel: (model: string): ChatError => ({
    status: 404,
    message: `The model \`${model}\` does not exist or you do not have access to it.`,
    type: 'invalid_request_error',
    code: 'model_not_found',
  }),
  rateLimit: (message = 'Rate limit reached for requests. Please try again in 1.5s.'): ChatError => ({
    status: 429,
    message,
    type: 'requests',
    code: 'rate_limit_exceeded',
  }),
  noCredit: (): ChatError => ({
    status: 429,
    message: 'You exceeded your current quota, please check your plan and billing details.',
    type: 'insufficient_quota',
    code: 'insufficient_quota',
  }),
  overloaded: (): ChatError => ({
    status: 503,
    message: 'The engine is currently overloaded, please try again later',
    type: 'server_error',
  }),
  unknownUrl: (method: string, path: string): ChatError => ({
    status: 404,
    message: `Invalid URL (${method} ${path})`,
    type: 'invalid_request_error',
  }),
} as const;

export function errorBody({ message, type, param, code }: ChatError): object {
  return { error: { message, type, param: param ?? null, code: code ?? null } };
}

export function errorAnswer(error: ChatError, headers: Record<string, string> = {}, delivery?: Delivery): Answer {
  return { ...jsonAnswer(error.status, errorBody(error), headers), ...(delivery ? { delivery } : {}) };
}

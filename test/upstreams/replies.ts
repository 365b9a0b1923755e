import type { Answer, Delivery } from './answer.ts';

/** A failure in the words of the fake's API. */
export interface ErrorReply<ApiError> {
  kind: 'error';
  error: ApiError;
  headers?: Record<string, string>;
  delivery?: Delivery;
}

/** Anything else, byte for byte. */
export interface RawReply {
  kind: 'raw';
  answer: Answer;
}

export function fails<ApiError>(
  error: ApiError,
  headers: Record<string, string> = {},
  delivery: Delivery = {},
): ErrorReply<ApiError> {
  return { kind: 'error', error, headers, delivery };
}

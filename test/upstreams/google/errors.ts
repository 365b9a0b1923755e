import { type Answer, jsonAnswer } from '../answer.ts';

/** OAuth's error shape, as Google's token endpoint sends it. */
export function oauthError(status: number, error: string, description: string): Answer {
  return jsonAnswer(status, { error, error_description: description });
}

/** Google's error body (AIP-193). */
export function apiError(status: number, name: string, message: string, details: readonly object[] = []): Answer {
  return jsonAnswer(status, { error: { code: status, status: name, message, details } });
}

export function errorInfo(reason: string, metadata: Record<string, string> = {}): object {
  return { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com', metadata };
}

export function help(...urls: string[]): object {
  const links = urls.map((url) => ({ description: 'Learn more', url }));
  return { '@type': 'type.googleapis.com/google.rpc.Help', links };
}

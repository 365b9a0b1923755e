import type { ServerResponse } from 'node:http';
import { GatewayError } from '../../gateway/errors.ts';

/**
 * The JSON body of a failure on Amp's routes. The shapes are those that Amp's clients know from other gateways: a
 * sentence under `error`, or a code under `error` with the sentence under `message` (amp.md §4 and §6).
 */
export function ampErrorBody(error: GatewayError): string {
  if (error.code === 'management_restricted' || error.code === 'amp_upstream_missing') {
    const sentence = error.code === 'management_restricted' ? error.fix : `${error.message}. ${error.fix}`;
    return JSON.stringify({ error: new GatewayError(error.code).message, message: sentence });
  }
  if (error.code === 'amp_upstream_proxy_error') return JSON.stringify({ error: error.code, message: error.message });
  return JSON.stringify({ error: error.code, message: `${error.message}. ${error.fix}` });
}

/** Sends a failure unless an answer has begun or the client is gone. */
export function answerError(res: ServerResponse, error: GatewayError): void {
  if (res.headersSent || res.destroyed) return;
  answerJson(res, error.status, ampErrorBody(error));
}

/** Sends a JSON text. */
export function answerJson(res: ServerResponse, status: number, body: string): void {
  res.statusCode = status;
  res.setHeader('Content-Type', 'application/json');
  res.setHeader('Content-Length', Buffer.byteLength(body));
  res.end(body);
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import type { AmpSettings } from '../../settings/schema.ts';
import { type AmpRouteKind, plainPath } from '../routes.ts';
import { answerJson } from './error-answer.ts';
import type { ExchangeResult } from './http-exchange.ts';

export interface PrivacyQuestion {
  kind: AmpRouteKind;
  method: string;
  path: string;
  rawQuery: string;
}

/**
 * The body that answers a request which the privacy settings keep from Amp, or undefined when it may go. Both answers
 * satisfy the client (amp.md §9).
 */
export function privacyAnswer(settings: AmpSettings, question: PrivacyQuestion): string | undefined {
  if (settings.telemetry === 'block' && question.kind === 'telemetry') return '{"ok":true}';
  if (settings['thread-upload'] === 'block' && isThreadUpload(question)) return '{"ok":true,"result":{}}';
  return undefined;
}

/** A remote call is named by the key of its query. */
function isThreadUpload({ method, path, rawQuery }: PrivacyQuestion): boolean {
  if (method !== 'POST' || plainPath(path) !== '/api/internal') return false;
  return [...new URLSearchParams(rawQuery).keys()].includes('uploadThread');
}

/** Reads the request to its end without keeping it, then answers. */
export async function answerLocally(req: IncomingMessage, res: ServerResponse, body: string): Promise<ExchangeResult> {
  req.resume();
  try {
    if (!req.readableEnded) await finished(req, { writable: false });
    answerJson(res, 200, body);
    await finished(res);
    return { status: 200 };
  } catch {
    return { status: 499 };
  }
}

import { createHmac } from 'node:crypto';
import type { RecordedRequest } from '../recording.ts';
import { type ChatError, errors } from './errors.ts';
import type { Flavour } from './flavours.ts';

/** What is wrong with a request's credential and headers; undefined when nothing is. `now` in milliseconds. */
export function accessError(
  { headers }: RecordedRequest,
  keys: readonly string[],
  flavour: Flavour,
  now: number,
): ChatError | undefined {
  const key = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (keys.length > 0 && key === undefined) return errors.noKey();
  if (key !== undefined && !keys.includes(key)) return errors.badKey(key);
  if (!headers['content-type']?.startsWith('application/json')) return errors.invalid('Unsupported content type.');
  const missing = flavour.headers.find((name) => headers[name] === undefined);
  if (missing !== undefined) return { ...errors.invalid(`The header ${missing} is missing.`), status: 403 };
  return flavour.signed ? signatureError(headers, key ?? '', now) : undefined;
}

const freshMs = 5 * 60_000;

function signatureError(headers: RecordedRequest['headers'], key: string, now: number): ChatError | undefined {
  const time = String(headers['x-iflow-timestamp']);
  const text = `${headers['user-agent']}:${String(headers['session-id'])}:${time}`;
  const expected = createHmac('sha256', key).update(text).digest('hex');
  if (headers['x-iflow-signature'] !== expected) return { ...errors.invalid('The signature is wrong.'), status: 403 };
  const isFresh = Math.abs(now - Number(time)) <= freshMs;
  return isFresh ? undefined : { ...errors.invalid('The signature is too old.'), status: 403 };
}

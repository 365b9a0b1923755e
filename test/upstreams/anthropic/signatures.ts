import { createHmac } from 'node:crypto';

/** All fakes share the key, as all of a provider's accounts take the signatures of each other. */
const key = 'the fake provider signs thinking with this';

/** A signature that only fits this very text. */
export function signThinking(thinking: string): string {
  const mark = createHmac('sha512', key).update(thinking).digest('base64');
  return `EqQB${mark}CkYICBgCKkB${mark.slice(0, 40)}`.replaceAll('=', 'A');
}

/** The encrypted content of a redacted thinking block. */
export function redactedThinking(thinking: string): string {
  return `Eroy${Buffer.from(thinking).toString('base64url')}.${createHmac('sha256', key).update(thinking).digest('base64url')}`;
}

export function isOwnRedactedThinking(data: string): boolean {
  const text = Buffer.from(data.slice(4).split('.')[0] ?? '', 'base64url').toString('utf8');
  return redactedThinking(text) === data;
}

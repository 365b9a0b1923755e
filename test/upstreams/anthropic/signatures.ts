import { createHmac } from 'node:crypto';

/** All fakes share the key, as all of a provider's accounts take the signatures of each other. */
const key = 'the fake provider signs thinking with this';

/** A signature that only fits this very text. */
export function signThinking(thinking: string): string {
  const mark = createHmac('sha512', key).update(thinking).digest('base64');
  return `EqQB${mark}CkYICBgCKkB${mark.slice(0, 40)}`.replaceAll('=', 'A');
}

/** Characters of the mark at the end. */
const markLength = 43;

/** The encrypted content of a redacted thinking block. */
export function redactedThinking(thinking: string): string {
  return `Eroy${Buffer.from(thinking).toString('base64url')}${createHmac('sha256', key).update(thinking).digest('base64url')}`;
}

export function isOwnRedactedThinking(data: string): boolean {
  const text = Buffer.from(data.slice(4, -markLength), 'base64url').toString('utf8');
  return redactedThinking(text) === data;
}

/** What the fake's search sends instead of a page's text, and takes back in a history. */
export function encryptedContent(url: string): string {
  return `Eu8B${createHmac('sha256', key).update(url).digest('base64url')}`;
}

import { createHash, timingSafeEqual } from 'node:crypto';

/** Proof key for code exchange, method S256 (RFC 7636). */
export interface Pkce {
  verifier: string;
  challenge: string;
}

/** `random` gives base64url text of so many bytes; 64 bytes make a verifier of 86 of the 43 to 128 allowed characters. */
export function newPkce(random: (bytes: number) => string): Pkce {
  const verifier = random(64);
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** Takes the same time wherever the texts differ, and whatever their lengths. */
export function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

import { isRecord } from './credentials/fields.ts';

/** The claims of a JWT, unverified: good for showing whose token it is, never for trust. Empty when it is no JWT. */
export function jwtClaims(token: string | undefined): Readonly<Record<string, unknown>> {
  const payload = token?.split('.')[1];
  if (!payload) return {};
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return isRecord(claims) ? claims : {};
  } catch {
    return {};
  }
}

/** The `exp` claim in milliseconds since the Unix epoch. */
export function jwtExpiry(token: string | undefined): number | undefined {
  const { exp } = jwtClaims(token);
  return typeof exp === 'number' && exp > 0 ? exp * 1000 : undefined;
}

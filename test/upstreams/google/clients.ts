import { createHash } from 'node:crypto';

/** A program that is registered with the fake Google. */
export interface GoogleClient {
  id: string;
  /** Hex SHA-256: the fake knows the secret only when it is shown one. */
  secretSha256: string;
  /** Scopes that it may ask for. */
  scopes: readonly string[];
  callbackPath: string;
}

const scope = (name: string) => `https://www.googleapis.com/auth/${name}`;
const basic = ['cloud-platform', 'userinfo.email', 'userinfo.profile'].map(scope);

/** The secret that a test configures for Antigravity. */
export const antigravitySecret = 'an-antigravity-secret';

export const googleClients: readonly GoogleClient[] = [
  {
    id: '681255809395-oo8ft2oprdrnp9e3aqf6av3hmdib135j.apps.googleusercontent.com',
    // Of the secret that Gemini CLI carries.
    secretSha256: '6a5f78b8b99dd4025e41ba11bf54c304c6af29f924c5569cc7865b2428ce03a9',
    scopes: basic,
    callbackPath: '/oauth2callback',
  },
  {
    id: '1071006060591-tmhssin2h21lcre235vtolojh4g403ep.apps.googleusercontent.com',
    secretSha256: sha256(antigravitySecret),
    scopes: [...basic, scope('cclog'), scope('experimentsandconfigs')],
    callbackPath: '/oauth-callback',
  },
];

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

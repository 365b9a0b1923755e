import type { RecordedRequest } from '../recording.ts';
import type { FakeAccount } from './accounts.ts';
import { type ApiError, errors } from './errors.ts';

/** Who calls: a subscription or the holder of an API key. */
export type Caller = { kind: 'oauth'; account: FakeAccount } | { kind: 'api-key' };

export interface KnownCredentials {
  accounts: readonly FakeAccount[];
  apiKeys: readonly string[];
}

const versions = ['2023-01-01', '2023-06-01', '2026-10-21'];
const betaName = /^[a-z0-9-]+-(\d{8}|\d{4}-\d{2}-\d{2})$/;

/** The credential comes first, as with the real service; `x-api-key` wins over `Authorization`. */
export function identify(request: RecordedRequest, known: KnownCredentials): Caller | ApiError {
  const key = request.headers['x-api-key'];
  if (key !== undefined) {
    return known.apiKeys.includes(String(key)) ? { kind: 'api-key' } : errors.authentication('invalid x-api-key');
  }
  const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (bearer === undefined) return errors.authentication('x-api-key header is required');
  if (!bearer.includes('sk-ant-oat')) return errors.authentication('Invalid bearer token');
  const account = known.accounts.find(({ accessToken }) => accessToken === bearer);
  if (!account) return errors.authentication('Invalid bearer token');
  if (account.expired)
    return errors.authentication('OAuth token has expired. Please obtain a new token or refresh your existing token.');
  return { kind: 'oauth', account };
}

export function betas(request: RecordedRequest): string[] {
  const header = request.headers['anthropic-beta'] ?? '';
  return String(header)
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** Version and beta headers of every API call. */
export function headerError(request: RecordedRequest, caller: Caller): ApiError | undefined {
  const version = request.headers['anthropic-version'];
  if (version === undefined) return errors.invalid('anthropic-version: header is required');
  if (!versions.includes(String(version)))
    return errors.invalid(`anthropic-version: "${version}" is not a valid version`);
  return betaError(request, caller);
}

export function betaError(request: RecordedRequest, caller: Caller): ApiError | undefined {
  const names = betas(request);
  const odd = names.find((name) => !betaName.test(name));
  if (odd !== undefined) return errors.invalid(`Unexpected value(s) \`${odd}\` for the \`anthropic-beta\` header.`);
  if (caller.kind !== 'oauth') return undefined;
  if (!names.includes('oauth-2025-04-20'))
    return errors.authentication('OAuth authentication is currently not supported.');
  if (names.includes('context-1m-2025-08-07') && !caller.account.longContext) {
    return errors.invalid('The long context beta is not yet available for this subscription.');
  }
  return undefined;
}

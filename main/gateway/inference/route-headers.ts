import type { RouteTaken } from '../../journal/record.ts';
import { headerText } from '../headers.ts';

/** What every answer says about who served it and why. No secret, no body. */
export function routeHeaders(
  route: RouteTaken,
  reason: string,
  account: string | undefined,
  id: string,
): Record<string, string> {
  const headers: Record<string, string> = { 'x-fusebox-request-id': id };
  headers['x-fusebox-route'] = headerText(`${route}; ${reason}`);
  if (account !== undefined) headers['x-fusebox-account'] = headerText(account);
  return headers;
}

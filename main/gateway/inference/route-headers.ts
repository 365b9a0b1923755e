import { headerText } from '../headers.ts';

/** What every answer says about who served it and why. No secret, no body. */
export function routeHeaders(
  route: 'local' | 'amp',
  reason: string,
  account: string | undefined,
  id: string,
): Record<string, string> {
  return {
    'x-fusebox-request-id': id,
    'x-fusebox-route': headerText(`${route}; ${reason}`),
    ...(account === undefined ? {} : { 'x-fusebox-account': headerText(account) }),
  };
}

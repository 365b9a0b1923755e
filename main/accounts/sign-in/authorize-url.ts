import type { BrowserFlow } from './flow.ts';

/** One way back from the browser: each has a state of its own, so that the state tells which redirect a code is for. */
export interface WayBack {
  state: string;
  redirectUri: string;
  /** Where the owner signs in. */
  url: string;
}

/** The authorize URL of RFC 6749 §4.1.1 with PKCE (RFC 7636 §4.3). */
export function wayBack(
  flow: Pick<BrowserFlow, 'clientId' | 'scope' | 'authorizeFields' | 'redirectField'>,
  authorize: string,
  redirectUri: string,
  { state, challenge }: { state: string; challenge: string },
): WayBack {
  const url = new URL(authorize);
  const fields = {
    ...flow.authorizeFields,
    client_id: flow.clientId,
    response_type: 'code',
    [flow.redirectField ?? 'redirect_uri']: redirectUri,
    ...(flow.scope ? { scope: flow.scope } : {}),
    code_challenge: challenge,
    code_challenge_method: 'S256',
    state,
  };
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  return { state, redirectUri, url: url.toString() };
}

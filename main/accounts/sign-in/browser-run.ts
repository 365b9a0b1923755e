import type { StoredAccount } from '../account.ts';
import { type WayBack, wayBack } from './authorize-url.ts';
import { type BrowserFlow, type CodeGrant, SignInError } from './flow.ts';
import type { FlowRun } from './flow-run.ts';
import type { CallbackFields } from './paste.ts';
import { newPkce, type Pkce, sameText } from './pkce.ts';

/** The owner has this long to come back from the browser, in milliseconds. */
const browserLimitMs = 5 * 60_000;

/** Sends the owner to the provider's page, and swaps the code they come back with. */
export async function runBrowser(flow: BrowserFlow, run: FlowRun): Promise<StoredAccount> {
  flow.check?.(run.context);
  const grant = await obtainCode(flow, run);
  run.context.progress('exchanging-code');
  const tokens = await flow.exchange(grant, run.context);
  run.secret(tokens.accessToken, tokens.refreshToken, tokens.idToken);
  return flow.finish(tokens, run.context);
}

async function obtainCode(flow: BrowserFlow, run: FlowRun): Promise<CodeGrant> {
  const { context } = run;
  const pkce = newPkce(context.random);
  const state = context.random(32);
  run.secret(pkce.verifier);
  let resolveFields: (fields: CallbackFields) => void = () => {};
  const fields = new Promise<CallbackFields>((resolve) => {
    resolveFields = resolve;
  });
  const came = (brought: CallbackFields) => {
    run.takePaste = undefined;
    run.change({ phase: 'finishing' });
    resolveFields(brought);
  };
  const place = await run.hub.reserve({
    ports: flow.ports,
    anyPort: flow.anyPort,
    path: flow.callbackPath,
    state,
    receive: came,
    page: run.page,
  });
  run.atEnd(place.release);
  context.signal.throwIfAborted();
  const ways = waysBack(flow, context.endpoints.authorize, place.port, state, pkce, context.random);
  run.takePaste = (pasted) => {
    mustBeOurs(pasted, ways);
    place.release();
    came(pasted);
  };
  show(run, ways, place);
  return grantOf(await run.within(browserLimitMs, fields), ways, pkce, run);
}

/** The loopback address first; where no port could be had, the provider's own page that shows the code, if it has one. */
function waysBack(
  flow: BrowserFlow,
  authorize: string,
  port: number | undefined,
  state: string,
  pkce: Pkce,
  random: (bytes: number) => string,
): WayBack[] {
  const loopback = `http://localhost:${port ?? flow.ports[0]}${flow.callbackPath}`;
  const here = wayBack(flow, authorize, loopback, { state, challenge: pkce.challenge });
  if (!flow.manualRedirect) return [here];
  const other = { state: random(32), challenge: pkce.challenge };
  const manual = wayBack(flow, authorize, flow.manualRedirect, other);
  return port === undefined ? [manual] : [here, manual];
}

function show(
  run: FlowRun,
  [way, manual]: WayBack[],
  place: { port: number | undefined; busy: readonly { port: number; reason: 'taken' | 'excluded' | 'denied' }[] },
): void {
  if (!way) return;
  const browser = {
    url: way.url,
    redirectUri: way.redirectUri,
    opened: false,
    busy: [...place.busy],
    ...(manual ? { manualUrl: manual.url } : {}),
    ...(place.port === undefined ? {} : { port: place.port }),
  };
  const expiresAt = run.context.now() + browserLimitMs;
  run.change({ phase: 'waiting', expiresAt, browser });
  // Not waited for: the owner may be back before the system says that it was opened.
  void run.open(way.url).then((opened) => opened && run.change({ browser: { ...browser, opened } }));
}

function mustBeOurs(fields: CallbackFields, ways: readonly WayBack[]): WayBack {
  const [way] = ways.filter(({ state }) => sameText(state, fields.state));
  if (!way) throw new SignInError('state_mismatch');
  return way;
}

function grantOf(fields: CallbackFields, ways: readonly WayBack[], pkce: Pkce, run: FlowRun): CodeGrant {
  const { state, redirectUri } = mustBeOurs(fields, ways);
  if (fields.code === undefined) throw new SignInError('refused', words(fields));
  run.secret(fields.code);
  return { code: fields.code, state, redirectUri, codeVerifier: pkce.verifier };
}

/** The provider's words came through an address: cut short, and without signs that would upset a terminal. */
function words({ error, errorDescription }: CallbackFields): string {
  const said = [error, errorDescription].filter(Boolean).join(': ');
  return said.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, 300);
}

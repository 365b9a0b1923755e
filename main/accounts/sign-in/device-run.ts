import type { StoredAccount } from '../account.ts';
import type { DeviceFlow, DeviceGrant, SignInEndpoints } from './flow.ts';
import type { FlowRun } from './flow-run.ts';

/** Shows a code to type on the provider's page, and waits until that is done. */
export async function runDevice(flow: DeviceFlow, run: FlowRun): Promise<StoredAccount> {
  const { context } = run;
  const grant = await flow.begin(context);
  context.signal.throwIfAborted();
  show(flow, grant, run);
  const tokens = await run.within(Math.max(grant.expiresAt - context.now(), 0), grant.tokens(context));
  run.secret(tokens.accessToken, tokens.refreshToken, tokens.idToken);
  run.change({ phase: 'finishing' });
  return flow.finish(tokens, context);
}

function show(flow: DeviceFlow, grant: DeviceGrant, run: FlowRun): void {
  const { userCode, verificationUrl: url, completeUrl, expiresAt } = grant;
  const device = { userCode, url, opened: false, ...(completeUrl ? { completeUrl } : {}) };
  run.change({ phase: 'waiting', expiresAt, device });
  const page = [completeUrl, url].find((one) => one && mayOpen(one, flow.verificationHosts, run.context.endpoints));
  if (page) void run.open(page).then((opened) => opened && run.change({ device: { ...device, opened } }));
}

/** The address came from a server: only pages of the provider, or of where the settings say the provider is. */
function mayOpen(address: string, hosts: readonly string[], endpoints: SignInEndpoints): boolean {
  if (!URL.canParse(address)) return false;
  const { origin, protocol, hostname } = new URL(address);
  const ours = [endpoints.authorize, endpoints.token].some(
    (url) => URL.canParse(url) && new URL(url).origin === origin,
  );
  if (ours) return true;
  return protocol === 'https:' && hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`));
}

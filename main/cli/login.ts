import { callSchemas, type ProviderView } from '../../preload/contract.ts';
import type { SignInMethod } from '../accounts/sign-in/flow.ts';
import { systemClock as clock } from '../clock.ts';
import { findRunning } from './instance-client.ts';
import { converse } from './login/conversation.ts';
import { localPort, remotePort, type SignInPort, type SignInWish } from './login/port.ts';
import { processTerminal, type Terminal } from './login/terminal.ts';
import { openBrowser } from './open-browser.ts';
import { dataDirOf, type PlaceOptions } from './place.ts';
import { openStandalone } from './standalone.ts';

export interface LoginOptions extends PlaceOptions {
  /** False with --no-browser. */
  browser: boolean;
  method?: SignInMethod;
  label?: string;
  proxyUrl?: string;
}

/**
 * Adds an account, through the running instance when there is one, else straight into the vault. Resolves with 0 when
 * it is added, 1 when that failed, 130 when it was cancelled.
 */
export async function login(provider: string, options: LoginOptions, version: string): Promise<number> {
  const terminal = processTerminal();
  let port: SignInPort | undefined;
  try {
    const running = await findRunning(dataDirOf(options));
    port = running ? remotePort(running) : localPort(await openStandalone(options, version));
    return await signIn(provider, options, port, terminal);
  } catch (error) {
    terminal.complain(error instanceof Error ? error.message : 'The sign-in did not work.');
    return 1;
  } finally {
    await port?.close();
    terminal.close();
  }
}

async function signIn(
  provider: string,
  { browser, method, label, proxyUrl }: LoginOptions,
  port: SignInPort,
  terminal: Terminal,
): Promise<number> {
  const known = (await port.providers()).filter(({ methods }) => methods.length > 0);
  const chosen = known.find(({ id }) => id === provider.toLowerCase());
  if (!chosen) throw new Error(`There is no provider ${provider}. There are: ${known.map(({ id }) => id).join(', ')}.`);
  if (method && !chosen.methods.some((one) => one.method === method)) throw new Error(otherMethods(chosen, method));
  const { notice } = chosen.methods.find((one) => !method || one.method === method) ?? {};
  if (notice) terminal.say(`${notice}.`);
  const view = await port.start(wishOf({ provider: chosen.id, method, label, proxyUrl }));
  const openPage = browser ? (url: string) => openBrowser(url, process) : undefined;
  const hasDevice = chosen.methods.some((one) => one.method === 'device');
  const otherWay = hasDevice ? `Or sign in with a code: fusebox login ${chosen.id} --method device` : undefined;
  return converse({ port, terminal, clock, openPage, otherWay }, view);
}

/** Throws with the option that cannot be used. */
function wishOf(wish: Record<'method' | 'label' | 'proxyUrl', string | undefined> & { provider: string }): SignInWish {
  const given = Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined));
  const checked = callSchemas['sign-in.start'].safeParse(given);
  if (checked.success) return { ...given, ...checked.data } as SignInWish;
  const [issue] = checked.error.issues;
  const option = issue?.path[0] === 'proxyUrl' ? 'proxy-url' : String(issue?.path[0]);
  throw new Error(`--${option}: ${issue?.message}`);
}

function otherMethods({ label, methods }: ProviderView, method: string): string {
  const others = methods.map((one) => one.method).join(', ');
  return `${label} accounts cannot be added by ${method}. Choose --method ${others}.`;
}

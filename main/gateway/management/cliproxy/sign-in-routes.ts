import { z } from 'zod';
import type { SignInView } from '../../../../preload/contract.ts';
import type { Clock } from '../../../clock.ts';
import { InvalidArgument, NotKnown } from '../arguments.ts';
import { type Handlers, type Route, type RouteSpec, routesOf } from '../route.ts';
import type { SignInCalls } from '../sign-in-routes.ts';

/** CLIProxyAPI's routes that start a sign-in, by our providers' ids. */
const starts: Readonly<Record<string, string>> = {
  '/anthropic-auth-url': 'claude',
  '/codex-auth-url': 'chatgpt',
  '/gemini-cli-auth-url': 'gemini-cli',
  '/antigravity-auth-url': 'antigravity',
  '/qwen-auth-url': 'qwen',
  '/iflow-auth-url': 'iflow',
  '/kimi-auth-url': 'kimi',
  '/xai-auth-url': 'xai',
};

const group = 'CLIProxyAPI';
const word = z.string().min(1).max(16_384);

const specs = {
  status: {
    ...{ method: 'GET', path: '/get-auth-status', group, summary: 'How a sign-in stands' },
    query: z.strictObject({ state: word }),
    answer: { status: 200, about: '`{"status": "wait"}`, `"ok"`, or `"error"` with error' },
  },
  callback: {
    ...{ method: 'POST', path: '/oauth-callback', group },
    summary: 'Hands over the address that the browser landed on, or the code and state in it',
    body: z.strictObject({
      provider: z.string().max(100).optional(),
      redirect_url: word.optional(),
      code: word.optional(),
      state: word.optional(),
      error: z.string().max(1000).optional(),
    }),
    answer: { status: 200, about: '`{"status": "ok"}`' },
  },
} as const satisfies Record<string, RouteSpec>;

/** States that are remembered: a sign-in that has ended shows its address no more. */
const mostStates = 100;

export function cliproxySignInRoutes(signIns: SignInCalls, clock: Clock): Route[] {
  const idOf = new Map<string, string>();
  const remember = (view: SignInView): SignInView => {
    const [oldest] = idOf.keys();
    if (idOf.size >= mostStates && oldest !== undefined) idOf.delete(oldest);
    idOf.set(stateOf(view) ?? view.id, view.id);
    return view;
  };
  const find = (state: string | null | undefined): SignInView => {
    const found = signIns.get(idOf.get(state ?? '') ?? state ?? '');
    if (!found) throw new NotKnown('There is no such sign-in');
    return found;
  };
  const start = async (provider: string): Promise<object> => {
    const view = signIns.start(provider, undefined, { open: false });
    return answerOf(remember(await begun(signIns, view, clock)));
  };
  const handlers: Handlers<typeof specs> = {
    status({ query }) {
      const { phase, problem } = find(query.state);
      if (phase === 'done') return { status: 'ok' };
      if (phase === 'failed' || phase === 'cancelled') return { status: 'error', error: problem?.message ?? phase };
      return { status: 'wait' };
    },
    callback({ body }) {
      if (body.redirect_url === undefined && body.code === undefined)
        throw new InvalidArgument('redirect_url: send it, or code and state');
      const url =
        body.redirect_url ??
        `http://localhost/?${new URLSearchParams({ code: body.code ?? '', state: body.state ?? '' })}`;
      const given = URL.canParse(url) ? new URL(url).searchParams.get('state') : undefined;
      signIns.paste(find(body.state ?? given).id, url);
      return { status: 'ok' };
    },
  };
  return [
    ...Object.entries(starts).map(
      ([path, provider]): Route => ({
        spec: {
          ...{ method: 'GET', path, group, summary: `Starts to sign in to ${provider}, by browser or device code` },
          answer: { status: 200, about: '`{"status": "ok", "url": …, "state": …}`, and user_code for a device' },
        },
        handle: () => start(provider),
      }),
    ),
    ...routesOf(specs, handlers),
  ];
}

/** A device code has to be fetched first. */
const longestWaitMs = 20_000;
const lookEveryMs = 50;

/** Resolves when there is something for the owner to do, or the sign-in has ended. */
async function begun(signIns: SignInCalls, first: SignInView, clock: Clock): Promise<SignInView> {
  const until = clock.now() + longestWaitMs;
  let view = first;
  while (view.phase === 'starting' && clock.now() < until) {
    await new Promise<void>((resolve) => void clock.after(lookEveryMs, resolve));
    view = signIns.get(first.id) ?? { ...view, phase: 'failed' };
  }
  return view;
}

function answerOf(view: SignInView): object {
  const { browser, device, problem } = view;
  const url = browser?.url ?? device?.completeUrl ?? device?.url;
  if (url === undefined) return { status: 'error', error: problem?.message ?? 'the sign-in did not start' };
  return { status: 'ok', url, state: stateOf(view) ?? view.id, ...(device ? { user_code: device.userCode } : {}) };
}

/** The OAuth state, by which CLIProxyAPI's callers name a sign-in. */
function stateOf({ browser }: SignInView): string | undefined {
  if (!browser || !URL.canParse(browser.url)) return undefined;
  return new URL(browser.url).searchParams.get('state') ?? undefined;
}

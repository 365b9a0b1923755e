import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { StoredAccount } from '../../../main/accounts/account.ts';
import { wayBack } from '../../../main/accounts/sign-in/authorize-url.ts';
import type {
  BrowserFlow,
  CodeGrant,
  FlowContext,
  SignInQuestion,
  SignInStep,
} from '../../../main/accounts/sign-in/flow.ts';
import { SignInError } from '../../../main/accounts/sign-in/flow.ts';
import { newPkce } from '../../../main/accounts/sign-in/pkce.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { type FakeGoogle, startFakeGoogle } from './server.ts';

/** Somebody who signs in at the fake Google, with a clock that moves as soon as anything waits for it. */
export interface Owner {
  google: FakeGoogle;
  clock: FakeClock;
  context: FlowContext;
  steps: SignInStep[];
  questions: SignInQuestion[];
  /** Lengths of the waits, in milliseconds. */
  waits: number[];
  /** Given to the questions in turn. */
  answers: string[];
  cancel(): void;
  /** The clock stands still from now on. */
  stopTime(): void;
  /** Goes to the page of the flow, agrees, and comes back. */
  grant(flow: BrowserFlow, redirectPort?: number): Promise<CodeGrant>;
  /** The whole sign-in. */
  signIn(flow: BrowserFlow): Promise<StoredAccount>;
}

export async function owner({ clientSecret }: { clientSecret?: string } = {}): Promise<Owner> {
  const clock = new FakeClock();
  const google = await startFakeGoogle(() => clock.now());
  onTestFinished(() => google.close());
  const abort = new AbortController();
  const steps: SignInStep[] = [];
  const questions: SignInQuestion[] = [];
  const waits: number[] = [];
  const answers: string[] = [];
  let standing = false;
  const random = (bytes: number) => randomBytes(bytes).toString('base64url');
  const context: FlowContext = {
    endpoints: google.endpoints,
    fetch,
    now: () => clock.now(),
    random,
    signal: abort.signal,
    clientSecret: () => clientSecret,
    progress: (step) => steps.push(step),
    wait(delayMs) {
      waits.push(delayMs);
      const waiting = new Promise<void>((resolve, reject) => {
        const cancelled = () => {
          stop();
          reject(abort.signal.reason);
        };
        const stop = clock.after(delayMs, () => {
          abort.signal.removeEventListener('abort', cancelled);
          resolve();
        });
        abort.signal.addEventListener('abort', cancelled);
      });
      if (!standing) clock.advance(delayMs);
      return waiting;
    },
    async ask(question) {
      abort.signal.throwIfAborted();
      questions.push(question);
      return answers.shift() ?? '';
    },
  };
  const grant = async (flow: BrowserFlow, redirectPort = flow.ports[0] ?? 0): Promise<CodeGrant> => {
    const { verifier, challenge } = newPkce(random);
    const redirectUri = `http://localhost:${redirectPort}${flow.callbackPath}`;
    const way = wayBack(flow, google.endpoints.authorize, redirectUri, { state: random(32), challenge });
    const { code, state } = await google.agree(way.url);
    return { code, state, redirectUri, codeVerifier: verifier };
  };
  return {
    google,
    clock,
    context,
    steps,
    questions,
    waits,
    answers,
    cancel: () => abort.abort(new SignInError('cancelled')),
    stopTime: () => {
      standing = true;
    },
    grant,
    async signIn(flow) {
      const tokens = await flow.exchange(await grant(flow), context);
      return flow.finish(tokens, context);
    },
  };
}

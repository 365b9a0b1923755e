import { SignInError, type SignInErrorCode } from '../../accounts/sign-in/flow.ts';
import { EndpointFailure, EndpointRefusal, isObject, isText } from '../oauth/endpoint-call.ts';
import { askedWait, signInFailure, withoutSecrets } from '../oauth/failures.ts';
import { callGoogle, type GoogleCaller } from './caller.ts';
import { type CodeAssistState, projectIn, stateIn } from './code-assist-state.ts';
import { googleErrorIn } from './error-body.ts';

/** A program that Code Assist knows. */
export interface CodeAssistClient {
  /** How it names itself. */
  metadata: Readonly<Record<string, string>>;
  /** Google's words for an account whose plan this program is not served for. */
  notServed: RegExp;
  /** What to tell its owner; undefined: Google's own words. */
  notServedWords?: string;
}

/** How long onboarding may take. Times in milliseconds. */
export interface OnboardingPace {
  everyMs: number;
  longestMs: number;
  /** Calls. */
  most: number;
}

/** What Code Assist knows of the account. Throws SignInError, also when the account's plan is not served. */
export async function loadState(caller: GoogleCaller, client: CodeAssistClient): Promise<CodeAssistState> {
  caller.context.progress('finding-project');
  try {
    const url = `${caller.hosts.codeAssist}/v1internal:loadCodeAssist`;
    const state = stateIn(await callGoogle(caller, url, { metadata: client.metadata }));
    mustBeServed(state, client);
    return state;
  } catch (error) {
    throw codeAssistFailure(error, client, caller.accessToken);
  }
}

/** A tier that Google calls ineligible, or none left to choose: Google's own client stops there with IneligibleTierError. */
function mustBeServed({ currentTier, defaultTier, ineligible }: CodeAssistState, client: CodeAssistClient): void {
  const tier = currentTier?.id ?? defaultTier;
  const reasons = ineligible.filter(({ tierId }) => tier === undefined || tierId === tier);
  if (reasons.length === 0) return;
  const said = reasons.flatMap(({ message, code }) => message ?? code ?? []).join(' ');
  const page = reasons.find(({ validationUrl }) => validationUrl !== undefined);
  if (page) throw new SignInError('onboarding_failed', said, page.validationUrl);
  const codes = reasons.map(({ code }) => code).join(' ');
  throw refusal(client, 'plan_not_served', said, codes);
}

/**
 * Asks to set the account up until Google says that it is. Resolves to the project that Google names, or to the one that
 * was asked for; undefined when Google was not done in time, or done without any. Throws SignInError.
 */
export async function onboard(
  caller: GoogleCaller,
  client: CodeAssistClient,
  { tierId, project, pace }: { tierId: string; project?: string; pace: OnboardingPace },
): Promise<string | undefined> {
  const { context, accessToken } = caller;
  const { metadata } = client;
  const request = { tierId, metadata, ...(project === undefined ? {} : { cloudaicompanionProject: project }) };
  const giveUpAt = context.now() + pace.longestMs;
  context.progress('onboarding');
  for (let call = 1; ; call++) {
    const outcome = await onboardOnce(caller, client, request);
    if (outcome.done) return outcome.project ?? project;
    const { error } = outcome;
    const wait = Math.max(pace.everyMs, waitAsked(error, context.now()));
    const goOn = passes(error) && call < pace.most && context.now() + wait <= giveUpAt;
    if (!goOn && error !== undefined) throw codeAssistFailure(error, client, accessToken);
    if (!goOn) return undefined;
    await context.wait(wait);
  }
}

type Outcome = { done: true; project: string | undefined } | { done: false; error?: unknown };

async function onboardOnce(caller: GoogleCaller, client: CodeAssistClient, request: object): Promise<Outcome> {
  try {
    const url = `${caller.hosts.codeAssist}/v1internal:onboardUser`;
    const { done, response, error } = await callGoogle(caller, url, request);
    // A long-running operation ends with either (AIP-151).
    if (isObject(error)) throw refusal(client, 'onboarding_failed', operationWords(error));
    if (done !== true) return { done: false };
    return { done, project: projectIn(isObject(response) ? response.cloudaicompanionProject : undefined) };
  } catch (error) {
    return { done: false, error };
  }
}

function operationWords({ message, code }: Record<string, unknown>): string {
  return isText(message) ? message.slice(0, 300) : `Google gave up with code ${String(code).slice(0, 20)}`;
}

/** What may be otherwise at the next call. */
function passes(error: unknown): boolean {
  if (error === undefined || error instanceof EndpointFailure) return true;
  return error instanceof EndpointRefusal && (error.status === 408 || error.status === 429 || error.status >= 500);
}

function waitAsked(error: unknown, now: number): number {
  return error instanceof EndpointRefusal ? (askedWait(error, now) ?? 0) : 0;
}

/** A failed call of Code Assist, in a sign-in's terms. */
function codeAssistFailure(error: unknown, client: CodeAssistClient, accessToken: string): Error {
  if (!(error instanceof EndpointRefusal)) return signInFailure(error, 'onboarding_failed');
  const { reasons, link } = googleErrorIn(error.text);
  const code = reasons.includes('SERVICE_DISABLED') ? 'api_disabled' : 'onboarding_failed';
  return refusal(client, code, withoutSecrets(error.message, [accessToken]), reasons.join(' '), link);
}

/** `hidden` is what tells of an ended plan without being meant for people. */
function refusal(
  client: CodeAssistClient,
  code: SignInErrorCode,
  said: string,
  hidden = '',
  link?: string,
): SignInError {
  const { notServed, notServedWords } = client;
  if (notServed.test(`${said} ${hidden}`)) return new SignInError('plan_not_served', notServedWords ?? said);
  return new SignInError(code, said, link);
}

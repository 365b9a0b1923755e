import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Account } from '../accounts/account.ts';
import type { Clock } from '../clock.ts';
import { callerOf } from '../gateway/context.ts';
import { GatewayError } from '../gateway/errors.ts';
import { createDirectSurface } from '../gateway/inference/direct-surface.ts';
import { handleInference, type InferenceDeps, type RequestRouter } from '../gateway/inference/handler.ts';
import { exchangeTurn } from '../gateway/inference/responses/turn-exchange.ts';
import type { RequestRecord } from '../journal/record.ts';
import type { Fault, Provider, ServingProvider } from '../providers/contract.ts';
import type { LocalRouteAttempt } from '../routing/route.ts';
import type { Router } from '../routing/router.ts';
import { createRequestIds } from './request-id.ts';
import { type TestRequest, testRequestFor } from './test-request.ts';

export interface AccountTestParts {
  clock: Clock;
  store: { get(id: string): Account | undefined };
  providerOf(account: Account): Provider;
  router: Pick<Router, 'ticket' | 'end'>;
  inference: InferenceDeps;
}

/**
 * Sends one tiny real request through an account, whatever holds it back; resolves to its record, which the journal has
 * too. Rejects with GatewayError where there is nothing that could be asked.
 */
export type TestAccount = (id: string) => Promise<RequestRecord>;

/** How long an answer is waited for, in milliseconds. */
const limitMs = 30_000;
const tool = 'Fusebox test';
const reason = 'its owner tests this account';

export function createAccountTests(parts: AccountTestParts): TestAccount {
  const newId = createRequestIds(parts.clock);
  const running = new Map<string, Promise<RequestRecord>>();
  return (id) => {
    // Who presses twice wants to know once.
    const known = running.get(id);
    if (known) return known;
    const test = testOf(id, newId(), parts).finally(() => running.delete(id));
    running.set(id, test);
    return test;
  };
}

async function testOf(id: string, requestId: string, parts: AccountTestParts): Promise<RequestRecord> {
  const account = parts.store.get(id);
  if (!account) throw new GatewayError('account_not_testable', { detail: 'it was removed' });
  const provider = parts.providerOf(account);
  if (account.needsSignIn !== undefined)
    throw new GatewayError('account_not_testable', { detail: `${account.label} needs a new sign-in` });
  if (!serves(provider))
    throw new GatewayError('account_not_testable', { detail: `${provider.label} accounts serve no requests` });
  const request = testRequestFor(account, provider.upstream);
  if (!request)
    throw new GatewayError('account_not_testable', { detail: `${account.label} lists no model to ask for` });
  return send(request, requestId, pinnedTo(account, provider, request, parts), parts);
}

function serves(provider: Provider): provider is ServingProvider {
  return provider.upstream !== undefined;
}

/** In place of routing: this account and no other, cooling or not. How it ends is told to the breakers as ever. */
function pinnedTo(
  account: Account,
  { upstream }: ServingProvider,
  { models }: TestRequest,
  { router }: AccountTestParts,
): RequestRouter {
  const { id: accountId, provider } = account;
  const attempts = models.map((model): LocalRouteAttempt => {
    const target = { accountId, provider, model, family: upstream.familyOf(model) };
    return { kind: 'local', account, model, reason, target, step: model };
  });
  let said: Fault | undefined;
  return {
    canServe: () => true,
    asksForSession: () => false,
    plan: () => ({ attempts, unavailable: [] }),
    // Another model is asked only where this one is not to be had: a second try must not hide what is wrong.
    begin: (target) => (said && said.kind !== 'unsupported' ? undefined : { target, ticket: router.ticket() }),
    end(permit, end) {
      if (end.kind === 'failed') said = end.fault;
      router.end(permit, end);
    },
    served: () => {},
  };
}

async function send(
  { url, body }: TestRequest,
  id: string,
  router: RequestRouter,
  { clock, inference }: AccountTestParts,
): Promise<RequestRecord> {
  const surface = createDirectSurface();
  const route = surface.match('POST', url.replace(/\?.*/, ''));
  if (!route) throw new Error(`No route for ${url}`);
  let record: RequestRecord | undefined;
  const deps: InferenceDeps = {
    ...inference,
    router,
    maxWaitMs: () => 0,
    record(made) {
      record = made;
      inference.record(made);
    },
  };
  const client = callerOf(clientAt(url), id, clock.now(), false);
  const giveUp = new AbortController();
  const cancel = clock.after(limitMs, () => giveUp.abort());
  const turn = {
    body: Buffer.from(JSON.stringify(body)),
    listener: { event: () => {}, refused: () => {} },
    signal: giveUp.signal,
    whenFlowing: (next: () => void) => next(),
  };
  await exchangeTurn(turn, client, ({ req, res }) =>
    handleInference({ ...client, tool, req, res }, surface, route, deps),
  ).finally(cancel);
  if (!record) throw new Error('The test left no record');
  return record;
}

function clientAt(url: string): IncomingMessage {
  const message = new IncomingMessage(new Socket());
  message.method = 'POST';
  message.url = url;
  return message;
}

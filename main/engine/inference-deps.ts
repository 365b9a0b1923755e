import type { Account } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import type { Clock } from '../clock.ts';
import type { InferenceDeps } from '../gateway/inference/handler.ts';
import { createTextMemory } from '../gateway/inference/text-memory.ts';
import type { Journal } from '../journal/recent.ts';
import type { WireFormatId } from '../protocols/wire-format.ts';
import type { Provider, ServingProvider } from '../providers/contract.ts';
import { type AmpFallback, plan } from '../routing/plan.ts';
import type { Settings } from '../settings/schema.ts';
import type { Activities } from './activities.ts';
import type { Upstreams } from './upstreams.ts';

export interface InferenceParts {
  clock: Clock;
  settings(): Settings;
  store: AccountStore;
  upstreams: Upstreams;
  activities: Activities;
  journal: Journal;
  providerOf(account: Account): Provider;
  refresh(accountId: string, usedAccessToken: string | undefined): Promise<boolean>;
  creditLeft(): number;
  scrub(text: string): string;
  log: InferenceDeps['log'] & { warn(fields: object, message: string): void };
}

/** Ties inference to accounts, routing and the journal. */
export function inferenceDeps(parts: InferenceParts): InferenceDeps {
  const { store, upstreams, activities, providerOf } = parts;
  let turn = 0;
  const upstreamModel = (account: Account, model: string) => providerOf(account).upstream?.resolveModel(account, model);
  const speaks = (account: Account, format: WireFormatId) =>
    providerOf(account).upstream?.nativeFormats.includes(format) ?? false;
  return {
    clock: parts.clock,
    textMemory: createTextMemory(),
    limits() {
      const { 'body-limit': maxBodyBytes, timeouts } = parts.settings();
      return { maxBodyBytes, idleMs: timeouts.idle * 1000, keepAliveMs: timeouts['keep-alive'] * 1000 };
    },
    transport: upstreams.transport,
    plan: (request, surface) =>
      plan(request, {
        accounts: store.list(),
        upstreamModel,
        speaks,
        amp: fallbackOf(parts, surface.fallback?.reachable() ?? false),
        turn: turn++,
      }),
    canServe: (model, { wireFormat }) =>
      store.list().some((account) => speaks(account, wireFormat) && upstreamModel(account, model) !== undefined),
    provider: (account) => serving(providerOf(account)),
    secretOf: (id) => (store.get(id) ? store.secretOf(id) : undefined),
    endpoints: upstreams.endpoints,
    proxyUrl: upstreams.proxyUrl,
    refresh: parts.refresh,
    onServing: activities.serving,
    onHeaders: activities.headers,
    onFault: (account, model, fault) =>
      parts.log.warn(
        { account: account.id, model, scope: fault.scope, kind: fault.kind, status: fault.status },
        'An account could not serve a request',
      ),
    record: parts.journal.add,
    scrub: parts.scrub,
    log: parts.log,
  };
}

function serving(provider: Provider): ServingProvider {
  const { upstream } = provider;
  if (!upstream) throw new Error(`${provider.label} was planned for a request that it cannot serve`);
  return { ...provider, upstream };
}

function fallbackOf(parts: InferenceParts, reachable: boolean): AmpFallback {
  return { reachable, mode: parts.settings().ampcode.fallback, creditLeft: parts.creditLeft() };
}

import type { Account } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import type { Clock } from '../clock.ts';
import type { InferenceDeps } from '../gateway/inference/handler.ts';
import { createTranscripts } from '../gateway/inference/responses/transcripts.ts';
import { createTextMemory } from '../gateway/inference/text-memory.ts';
import { createFetchMedia, resolveHost } from '../gateway/inference/translation/fetch-media.ts';
import type { ThinkingMemory } from '../gateway/inference/translation/thinking-memory.ts';
import type { RequestRecord } from '../journal/record.ts';
import { isPublicAddress } from '../net/public-address.ts';
import { FieldError } from '../protocols/features.ts';
import type { Provider, ProviderEndpoints, ServingProvider } from '../providers/contract.ts';
import type { AmpFallback } from '../routing/route.ts';
import type { Router } from '../routing/router.ts';
import type { Settings } from '../settings/schema.ts';
import type { Activities } from './activities.ts';
import { mayCostCredits } from './amp-credit.ts';
import { createTokenCounter } from './token-counter.ts';
import type { Upstreams } from './upstreams.ts';

export interface InferenceParts {
  clock: Clock;
  settings(): Settings;
  store: AccountStore;
  upstreams: Upstreams;
  activities: Activities;
  router: Router;
  thinking: ThinkingMemory;
  record(record: RequestRecord): void;
  providerOf(account: Account): Provider;
  refresh(accountId: string, usedAccessToken: string | undefined): Promise<boolean>;
  /** Whether a URL leads back to this gateway. */
  isOwnAddress(url: URL): boolean;
  creditLeft(): number;
  /** Buffers of this many bytes have become garbage at once. */
  onGarbage(bytes: number): void;
  scrub(text: string): string;
  log: InferenceDeps['log'] & { warn(fields: object, message: string): void };
}

/** Ties inference to accounts, routing and the journal. */
export function inferenceDeps(parts: InferenceParts): InferenceDeps {
  const { store, upstreams, activities, router, providerOf } = parts;
  const servingOf = new WeakMap<Provider, ServingProvider>();
  const loopGuard = createLoopGuard(parts.isOwnAddress);
  return {
    clock: parts.clock,
    textMemory: createTextMemory(parts.onGarbage),
    limits() {
      const { 'body-limit': maxBodyBytes, timeouts } = parts.settings();
      return { maxBodyBytes, idleMs: timeouts.idle * 1000, keepAliveMs: timeouts['keep-alive'] * 1000 };
    },
    transport: upstreams.transport,
    router,
    ampFallback: (surface, model) => ampFallbackOf(parts, surface.fallback?.reachable() ?? false, model),
    maxWaitMs: () => parts.settings()['max-retry-interval'] * 1000,
    random: Math.random,
    provider(account) {
      const provider = providerOf(account);
      const known = servingOf.get(provider);
      if (known) return known;
      const found = serving(provider);
      servingOf.set(provider, found);
      return found;
    },
    secretOf: (id) => (store.get(id) ? store.secretOf(id) : undefined),
    endpoints: (account) => loopGuard(account, upstreams.endpoints(account)),
    proxyUrl: upstreams.proxyUrl,
    refresh: parts.refresh,
    onServing: activities.serving,
    onHeaders(account, headers, permit) {
      const windows = activities.headers(account, permit.target.model, headers);
      if (windows) router.reading(account.id, windows, permit.ticket);
    },
    onQuota(account, windows, { ticket }) {
      router.reading(account.id, activities.told(account, windows, 'answer'), ticket);
    },
    onFault(account, model, fault) {
      const { scope, kind, status } = fault;
      parts.log.warn({ account: account.id, model, scope, kind, status }, 'An account could not serve a request');
      if (kind === 'auth') endUnrenewable(account, store);
    },
    record: parts.record,
    fetchMedia: createFetchMedia({
      fetch: (...call) => upstreams.fetchThrough(undefined)(...call),
      resolve: resolveHost,
      isAllowed: isPublicAddress,
    }),
    countTokens: createTokenCounter(),
    thinking: parts.thinking,
    transcripts: createTranscripts(() => parts.clock.now()),
    isStrict: () => parts.settings()['strict-translation'],
    scrub: parts.scrub,
    log: parts.log,
  };
}

/** What cannot be renewed and was refused would be refused each time: only its owner can help. */
function endUnrenewable(account: Account, store: AccountStore): void {
  const current = store.get(account.id);
  if (!current || store.secretOf(account.id).refreshToken !== undefined) return;
  const reason = account.kind === 'api-key' ? 'The provider refused its API key.' : 'The provider refused its token.';
  // A vault that cannot be written shows elsewhere; the account is asked again then.
  store.markNeedsSignIn(account.id, reason).catch(() => {});
}

function serving(provider: Provider): ServingProvider {
  const { upstream } = provider;
  if (!upstream) throw new Error(`${provider.label} was planned for a request that it cannot serve`);
  return { ...provider, upstream };
}

/** Whether and how Amp may serve; `reachable` for routes of Amp whose server is configured. */
function ampFallbackOf(
  parts: Pick<InferenceParts, 'settings' | 'creditLeft'>,
  reachable: boolean,
  model: string,
): AmpFallback {
  const { fallback: mode } = parts.settings().ampcode;
  if (!reachable) return { reachable, mode, creditLeft: 0 };
  return { reachable, mode, creditLeft: parts.creditLeft(), leavesOut: !mayCostCredits(parts.settings(), model) };
}

/** A base URL that was entered in a sign-in may be our own; the settings' are looked at when they are read. */
function createLoopGuard(isOwnAddress: (url: URL) => boolean) {
  // Accounts are replaced when something about them changes; parsing an address costs as much as the rest of a look.
  const urls = new WeakMap<Account, URL>();
  return (account: Account, endpoints: ProviderEndpoints): ProviderEndpoints => {
    const { baseUrl, label } = account;
    if (baseUrl === undefined) return endpoints;
    const url = urls.get(account) ?? new URL(baseUrl);
    urls.set(account, url);
    if (!isOwnAddress(url)) return endpoints;
    const message = `The base URL of ${label} is the address of Fusebox itself: requests would go round`;
    throw new FieldError('base-url', message);
  };
}

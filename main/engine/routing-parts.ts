import type { Account } from '../accounts/account.ts';
import type { Provider } from '../providers/contract.ts';
import type { ListingOptions } from '../routing/catalogue.ts';
import type { ModelSource } from '../routing/model-index.ts';
import type { Router } from '../routing/router.ts';
import { defaultRules, type RoutingRules, type Strategy, strategies, strategyAliases } from '../routing/rules.ts';
import type { Settings } from '../settings/schema.ts';

/** The owner's routing settings as the router takes them. */
export function routingRules(settings: Settings): RoutingRules {
  const { routing, 'quota-exceeded': quota } = settings;
  return {
    strategy: strategyOf(routing.strategy),
    affinity: routing['session-affinity'],
    maxCredentials: settings['max-retry-credentials'],
    maxWaitMs: settings['max-retry-interval'] * 1000,
    streamsPerAccount: routing['streams-per-account'],
    stopAt: routing['stop-at'],
    chains: routing.chains,
    switchProject: quota['switch-project'],
    switchPreviewModel: quota['switch-preview-model'],
    forcePrefix: settings['force-model-prefix'],
    offerUnknownModels: routing['offer-unknown-models'],
  };
}

/** Whether routing goes by what is left of accounts. */
export function dependsOnLimits({ routing }: Settings, accounts: readonly Account[]): boolean {
  const isKept = ({ stopAt = routing['stop-at'] }: Account) => stopAt < 100;
  return strategyOf(routing.strategy) === 'most-room' || accounts.some(isKept);
}

function strategyOf(name: string): Strategy {
  return strategies.find((strategy) => strategy === name) ?? strategyAliases.get(name) ?? defaultRules.strategy;
}

/** What providers say of their models, as the router asks for it. */
export function modelSource(providerOf: (account: Account) => Provider, revision: () => object): ModelSource {
  const upstreamOf = (account: Account) => providerOf(account).upstream;
  return {
    upstreamModel: (account, model) => upstreamOf(account)?.resolveModel(account, model),
    // Whatever is not spoken is translated.
    speaks: (account) => upstreamOf(account) !== undefined,
    familyOf: (account, model) => upstreamOf(account)?.familyOf(model) ?? model,
    models: (account) => upstreamOf(account)?.models(account) ?? [],
    weightOf: ({ weight }) => weight ?? 1,
    revision,
  };
}

/** Which models are listed, and until when one is held up. */
export function listingOptions(
  settings: Settings,
  providerOf: (account: Account) => Provider,
  router: Pick<Router, 'hold'>,
): ListingOptions {
  return {
    forcePrefix: settings['force-model-prefix'],
    blockedUntil: (account, model) => {
      const family = providerOf(account).upstream?.familyOf(model) ?? model;
      return router.hold(account, { accountId: account.id, provider: account.provider, model, family })?.until;
    },
  };
}

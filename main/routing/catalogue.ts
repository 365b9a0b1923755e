import type { Account } from '../accounts/account.ts';
import type { ListedModel } from '../protocols/models-list.ts';
import type { Provider } from '../providers/contract.ts';

export interface ListingOptions {
  /** Models of accounts with a prefix are listed with it only. */
  forcePrefix?: boolean;
  /** When an account can be asked for a model again, in milliseconds since the Unix epoch; undefined when it can now. */
  blockedUntil?(account: Account, upstreamModel: string): number | undefined;
}

/**
 * Every model that some account serves, once, under each name it can be asked for, sorted by name. A model stays
 * listed while its accounts cool down; it then says until when.
 */
export function listModels(
  accounts: readonly Account[],
  providerOf: (account: Account) => Provider,
  options: ListingOptions = {},
): ListedModel[] {
  const listed = new Map<string, ListedModel>();
  for (const account of accounts) {
    if (account.paused || account.withdrawn || account.needsSignIn !== undefined) continue;
    for (const model of modelsOf(account, providerOf(account), options))
      listed.set(model.id, soonerOf(listed.get(model.id), model));
  }
  return [...listed.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** What is known of a model comes from the first account; it is available when one of them is. */
function soonerOf(known: ListedModel | undefined, other: ListedModel): ListedModel {
  if (!known?.blockedUntil) return known ?? other;
  const { blockedUntil, ...available } = known;
  return other.blockedUntil ? { ...known, blockedUntil: Math.min(blockedUntil, other.blockedUntil) } : available;
}

function modelsOf(account: Account, provider: Provider, options: ListingOptions): ListedModel[] {
  const { upstream } = provider;
  if (!upstream) return [];
  return upstream.models(account).flatMap((model) => {
    const served = [model.id, ...(model.aliases ?? [])].flatMap((name) => {
      const upstreamModel = upstream.resolveModel(account, name);
      return upstreamModel === undefined ? [] : [{ name, upstreamModel }];
    });
    const blockedUntil = served[0] && options.blockedUntil?.(account, served[0].upstreamModel);
    return served
      .flatMap(({ name }) => namesOf(name, account.prefix, options.forcePrefix ?? false))
      .map((id) => ({
        id,
        displayName: model.displayName,
        contextWindow: model.contextWindow,
        maxOutput: model.maxOutput,
        ownedBy: provider.id,
        ...(blockedUntil === undefined ? {} : { blockedUntil }),
      }));
  });
}

function namesOf(name: string, prefix: string | undefined, forcePrefix: boolean): string[] {
  if (!prefix) return [name];
  return forcePrefix ? [`${prefix}/${name}`] : [name, `${prefix}/${name}`];
}

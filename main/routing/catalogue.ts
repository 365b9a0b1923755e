import type { Account } from '../accounts/account.ts';
import type { ListedModel } from '../protocols/models-list.ts';
import type { ModelInfo, Provider } from '../providers/contract.ts';

export interface ListingOptions {
  /** Models of accounts with a prefix are listed with it only. */
  forcePrefix?: boolean;
  /** When an account can be asked for a model again, in milliseconds since the Unix epoch; undefined when it can now. */
  blockedUntil?(account: Account, upstreamModel: string): number | undefined;
}

/** A model that an account offers. */
export interface Offer {
  info: ModelInfo;
  /** The upstream's name of it. */
  upstreamModel: string;
  /** Every name that clients may use. */
  names: readonly string[];
}

/** The models that an account offers, under the names that it can be asked for them. */
export function offersOf(account: Account, { upstream }: Provider, forcePrefix: boolean): Offer[] {
  if (!upstream) return [];
  return upstream.models(account).flatMap((info) => {
    const served = [info.id, ...(info.aliases ?? [])].flatMap((name) => {
      const upstreamModel = upstream.resolveModel(account, name);
      return upstreamModel === undefined ? [] : [{ name, upstreamModel }];
    });
    const [first] = served;
    if (!first) return [];
    const names = served.flatMap(({ name }) => namesOf(name, account.prefix, forcePrefix));
    return { info, upstreamModel: first.upstreamModel, names };
  });
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
  return offersOf(account, provider, options.forcePrefix ?? false).flatMap(({ info, upstreamModel, names }) => {
    const blockedUntil = options.blockedUntil?.(account, upstreamModel);
    const { displayName, contextWindow, maxOutput } = info;
    const known = { displayName, contextWindow, maxOutput, ownedBy: provider.id };
    return names.map((id) => ({ id, ...known, ...(blockedUntil === undefined ? {} : { blockedUntil }) }));
  });
}

function namesOf(name: string, prefix: string | undefined, forcePrefix: boolean): string[] {
  if (!prefix) return [name];
  return forcePrefix ? [`${prefix}/${name}`] : [name, `${prefix}/${name}`];
}

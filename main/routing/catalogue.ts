import type { Account } from '../accounts/account.ts';
import type { ListedModel } from '../protocols/models-list.ts';
import type { Provider } from '../providers/contract.ts';

/** Every model that some usable account serves, once, under each name it can be asked for, sorted by name. */
export function listModels(accounts: readonly Account[], providerOf: (account: Account) => Provider): ListedModel[] {
  const listed = new Map<string, ListedModel>();
  for (const account of accounts) {
    if (account.paused || account.withdrawn || account.needsSignIn !== undefined) continue;
    for (const model of modelsOf(account, providerOf(account))) listed.set(model.id, listed.get(model.id) ?? model);
  }
  return [...listed.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function modelsOf(account: Account, provider: Provider): ListedModel[] {
  const { upstream } = provider;
  if (!upstream) return [];
  return upstream.models(account).flatMap((model) => {
    const names = [model.id, ...(model.aliases ?? [])].filter(
      (name) => upstream.resolveModel(account, name) !== undefined,
    );
    const prefixed = account.prefix ? names.map((name) => `${account.prefix}/${name}`) : [];
    return [...names, ...prefixed].map((id) => ({
      id,
      displayName: model.displayName,
      contextWindow: model.contextWindow,
      maxOutput: model.maxOutput,
      ownedBy: provider.id,
    }));
  });
}

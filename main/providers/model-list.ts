import type { Account } from '../accounts/account.ts';
import type { ThinkingSupport } from '../protocols/thinking-suffix.ts';
import type { ModelInfo, ProviderUpstream } from './contract.ts';

/** What a provider says of its models. */
export interface ModelListRules {
  /** Known models; a function where the account's plan decides. Ids and aliases in lower case. */
  table: readonly ModelInfo[] | ((account: Account) => readonly ModelInfo[]);
  /** Careful assumptions for models that the table lacks. */
  unlisted: Pick<ModelInfo, 'contextWindow' | 'maxOutput' | 'thinking'>;
  /** Whether only this provider gives such names, so that a model newer than the table works on the day it appears. */
  plausible(name: string, account: Account): boolean;
}

/** A row of a provider's table; limits in tokens. */
export function modelRow(
  id: string,
  displayName: string,
  contextWindow: number,
  maxOutput: number,
  thinking: ThinkingSupport,
  ...aliases: string[]
): ModelInfo {
  return { id, displayName, contextWindow, maxOutput, thinking, ...(aliases.length > 0 ? { aliases } : {}) };
}

/** The models of a provider's accounts, as its upstream tells them. */
export type ModelList = Pick<ProviderUpstream, 'models' | 'resolveModel' | 'modelInfo'>;

/**
 * Makes the model side of a provider's upstream: own lists and aliases of accounts, prefixes, exclusions and the
 * provider's own table.
 */
export function createModelList({ table, unlisted, plausible }: ModelListRules): ModelList {
  const listed = (account: Account) => (typeof table === 'function' ? table(account) : table);

  const find = (account: Account, name: string): ModelInfo | undefined => {
    const wanted = name.toLowerCase();
    return listed(account).find((info) => info.id === wanted || info.aliases?.includes(wanted));
  };

  const modelInfo = (account: Account, id: string): ModelInfo =>
    find(account, id) ?? { id, displayName: id, ...unlisted };

  const own = (account: Account, { name, alias }: OwnModel): ModelInfo => ({
    ...modelInfo(account, name),
    id: name,
    aliases: alias ? [alias] : [],
  });

  /**
   * An account's own list is all that it offers; its aliases come before ids of the same name. Its names go upstream as
   * they are, since another host than the provider's may know no other spelling.
   */
  const findOffered = (account: Account, name: string): string | undefined => {
    if (!account.models?.length) return find(account, name)?.id ?? (plausible(name, account) ? name : undefined);
    const wanted = name.toLowerCase();
    const named = account.models.find(({ alias }) => alias?.toLowerCase() === wanted);
    const { id } = modelInfo(account, wanted);
    return (named ?? account.models.find((model) => modelInfo(account, model.name.toLowerCase()).id === id))?.name;
  };

  return {
    modelInfo,
    models(account) {
      const all = account.models?.length ? account.models.map((model) => own(account, model)) : listed(account);
      return all.filter((info) => !isExcluded(account, info));
    },
    resolveModel(account, name) {
      const asked = withoutPrefix(account, name);
      const id = findOffered(account, asked);
      return id !== undefined && !isExcluded(account, modelInfo(account, id), asked) ? id : undefined;
    },
  };
}

type OwnModel = NonNullable<Account['models']>[number];

/** A model's name without the prefix of the account. */
export function withoutPrefix(account: Account, name: string): string {
  const prefix = account.prefix ? `${account.prefix}/` : '';
  return prefix && name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

function isExcluded(account: Account, info: ModelInfo, asked = info.id): boolean {
  const names = [info.id, ...(info.aliases ?? []), asked];
  return (account.excludedModels ?? []).some((pattern) => names.some((name) => matchesPattern(pattern, name)));
}

/** `*` stands for any run of characters; letter case does not count. */
export function matchesPattern(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.toLowerCase().split('*');
  const text = name.toLowerCase();
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

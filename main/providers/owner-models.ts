import type { Account } from '../accounts/account.ts';
import type { ModelInfo } from './contract.ts';
import { type ModelList, matchesPattern, withoutPrefix } from './model-list.ts';

/** What an owner knows of a model. What is left out is as the program knows it. */
export interface OwnerModel extends Partial<Omit<ModelInfo, 'id'>> {
  id: string;
  /** Other limits by plan, or false where the plan has no such model. */
  plans?: Readonly<Record<string, false | Partial<Pick<ModelInfo, 'contextWindow' | 'maxOutput'>>>>;
}

/** What an owner says of one provider's models. */
export interface OwnerModels {
  table: {
    /** The program's own list is not used. */
    replace: boolean;
    models: readonly OwnerModel[];
  };
  /** Of signed-in accounts; `hides` takes the model's own name out of use. */
  aliases: readonly { name: string; alias: string; hides: boolean }[];
  /** Of signed-in accounts; `*` is a wildcard. */
  excluded: readonly string[];
}

export const noOwnerModels: OwnerModels = { table: { replace: false, models: [] }, aliases: [], excluded: [] };

/** A provider's models as its owner wants them: their table over the program's, their names, and without what they exclude. */
export function withOwnerModels(list: ModelList, ownerModels: () => OwnerModels): ModelList {
  const owned = new OwnedModels(list, ownerModels);
  // Most owners say nothing of models.
  const now = () => (ownerModels() === noOwnerModels ? list : owned);
  return {
    models: (account) => now().models(account),
    resolveModel: (account, name) => now().resolveModel(account, name),
    modelInfo: (account, id) => now().modelInfo(account, id),
  };
}

class OwnedModels implements ModelList {
  readonly #list: ModelList;
  readonly #ownerModels: () => OwnerModels;

  constructor(list: ModelList, ownerModels: () => OwnerModels) {
    this.#list = list;
    this.#ownerModels = ownerModels;
  }

  models(account: Account): ModelInfo[] {
    return this.#listed(account).flatMap((info) => {
      const names = [info.id, ...(info.aliases ?? [])];
      if (this.#isExcluded(account, names)) return [];
      const given = this.#aliasesOf(account).filter(({ name }) => names.some((one) => isSame(one, name)));
      return given.length === 0 ? info : { ...info, aliases: [...names.slice(1), ...given.map(({ alias }) => alias)] };
    });
  }

  resolveModel(account: Account, name: string): string | undefined {
    const asked = withoutPrefix(account, name);
    const given = this.#aliasesOf(account);
    const alias = given.find((one) => isSame(one.alias, asked));
    if (!alias && given.some((one) => one.hides && isSame(one.name, asked))) return undefined;
    const id = this.#resolve(account, alias?.name ?? asked);
    if (id === undefined) return undefined;
    const names = [id, asked, ...(this.modelInfo(account, id).aliases ?? [])];
    return this.#isExcluded(account, names) ? undefined : id;
  }

  modelInfo(account: Account, id: string): ModelInfo {
    const model = this.#find(id);
    const known = this.#list.modelInfo(account, model?.id ?? id);
    return model ? { ...known, ...wordOn(account, model), id: known.id } : known;
  }

  /** Those of the program that the table does not replace, and those of the table. */
  #listed(account: Account): ModelInfo[] {
    const { replace, models } = this.#ownerModels().table;
    const known = this.#list.models(account);
    const own = known.map((info) => ({ ...this.modelInfo(account, info.id), aliases: info.aliases ?? [] }));
    // An account's own list is all that it offers.
    if (account.models?.length) return own;
    const kept = own.filter(({ id }) => !models.some((model) => isSame(model.id, id)));
    const added = models.filter((model) => wordOn(account, model) !== false);
    return [...(replace ? [] : kept), ...added.map(({ id }) => this.modelInfo(account, id))];
  }

  #resolve(account: Account, name: string): string | undefined {
    const known = this.#list.resolveModel(account, name);
    if (account.models?.length) return known;
    // The program may know the name as another one of a model in the table.
    const model = this.#find(name) ?? (known === undefined ? undefined : this.#find(known));
    if (model) return wordOn(account, model) === false ? undefined : model.id;
    const { replace } = this.#ownerModels().table;
    return replace && this.#list.models(account).some(({ id }) => id === known) ? undefined : known;
  }

  #find(name: string): OwnerModel | undefined {
    const { models } = this.#ownerModels().table;
    return models.find(({ id, aliases = [] }) => [id, ...aliases].some((one) => isSame(one, name)));
  }

  #aliasesOf(account: Account): OwnerModels['aliases'] {
    return isSignedIn(account) ? this.#ownerModels().aliases : [];
  }

  #isExcluded(account: Account, names: readonly string[]): boolean {
    const patterns = [...(account.excludedModels ?? []), ...(isSignedIn(account) ? this.#ownerModels().excluded : [])];
    return patterns.some((pattern) => names.some((name) => matchesPattern(pattern, name)));
  }
}

/** The owner's word on a model of an account's plan; `false` where the plan lacks it. */
function wordOn({ plan = '' }: Account, { plans = {}, ...word }: OwnerModel): Partial<ModelInfo> | false {
  const ofPlan = Object.entries(plans).find(([name]) => isSame(name, plan))?.[1];
  return ofPlan === false ? false : { ...word, ...ofPlan };
}

/** Accounts from the settings name their models in their own entries. */
function isSignedIn({ source }: Account): boolean {
  return source === 'vault';
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

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
  /** The owner's word on a model of an account's plan; `false` where the plan lacks it. */
  const wordOn = (account: Account, model: OwnerModel): Partial<ModelInfo> | false => {
    const { plans, ...word } = model;
    const ofPlan = Object.entries(plans ?? {}).find(([plan]) => isSame(plan, account.plan ?? ''))?.[1];
    return ofPlan === false ? false : { ...word, ...ofPlan };
  };
  const find = (name: string): OwnerModel | undefined =>
    ownerModels().table.models.find(({ id, aliases }) => isSame(id, name) || aliases?.some((one) => isSame(one, name)));

  const modelInfo = (account: Account, id: string): ModelInfo => {
    const model = find(id);
    const known = list.modelInfo(account, model?.id ?? id);
    return model ? { ...known, ...wordOn(account, model), id: known.id } : known;
  };

  /** Those of the program that the table does not replace, and those of the table. */
  const listed = (account: Account): ModelInfo[] => {
    const { replace, models } = ownerModels().table;
    const own = list.models(account).map((info) => ({ ...modelInfo(account, info.id), aliases: info.aliases ?? [] }));
    // An account's own list is all that it offers.
    if (account.models?.length) return own;
    const kept = own.filter(({ id }) => !models.some((model) => isSame(model.id, id)));
    const added = models.filter((model) => wordOn(account, model) !== false);
    return [...(replace ? [] : kept), ...added.map(({ id }) => modelInfo(account, id))];
  };

  const isExcluded = (account: Account, names: readonly string[]): boolean => {
    const patterns = [...(account.excludedModels ?? []), ...(isSignedIn(account) ? ownerModels().excluded : [])];
    return patterns.some((pattern) => names.some((name) => matchesPattern(pattern, name)));
  };

  const aliasesOf = (account: Account) => (isSignedIn(account) ? ownerModels().aliases : []);

  const resolve = (account: Account, name: string): string | undefined => {
    if (account.models?.length) return list.resolveModel(account, name);
    const known = list.resolveModel(account, name);
    // The program may know the name as another one of a model in the table.
    const model = find(name) ?? (known === undefined ? undefined : find(known));
    if (model) return wordOn(account, model) === false ? undefined : model.id;
    const isReplaced = ownerModels().table.replace && list.models(account).some(({ id }) => id === known);
    return isReplaced ? undefined : known;
  };

  // Most owners say nothing of models.
  const isSilent = () => ownerModels() === noOwnerModels;
  return {
    modelInfo: (account, id) => (isSilent() ? list.modelInfo(account, id) : modelInfo(account, id)),
    models(account) {
      if (isSilent()) return list.models(account);
      return listed(account).flatMap((info) => {
        const names = [info.id, ...(info.aliases ?? [])];
        if (isExcluded(account, names)) return [];
        const given = aliasesOf(account).filter(({ name }) => names.some((one) => isSame(one, name)));
        return given.length === 0
          ? info
          : { ...info, aliases: [...names.slice(1), ...given.map(({ alias }) => alias)] };
      });
    },
    resolveModel(account, name) {
      if (isSilent()) return list.resolveModel(account, name);
      const asked = withoutPrefix(account, name);
      const given = aliasesOf(account);
      const alias = given.find((one) => isSame(one.alias, asked));
      if (!alias && given.some((one) => one.hides && isSame(one.name, asked))) return undefined;
      const id = resolve(account, alias?.name ?? asked);
      if (id === undefined) return undefined;
      return isExcluded(account, [id, asked, ...(modelInfo(account, id).aliases ?? [])]) ? undefined : id;
    },
  };
}

/** Accounts from the settings name their models in their own entries. */
function isSignedIn({ source }: Account): boolean {
  return source === 'vault';
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

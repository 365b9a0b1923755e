import type { Provider } from '../providers/contract.ts';
import { noOwnerModels, type OwnerModels, withOwnerModels } from '../providers/owner-models.ts';
import type { Settings } from '../settings/schema.ts';

export interface OwnerModelParts {
  settings(): Settings;
  /** The owner's table by provider; replaced as a whole when it changes. */
  tables(): ReadonlyMap<string, OwnerModels['table']>;
}

/** What the owner says of models, in settings and file, as providers take it. */
export interface OwnerModelSource {
  of(provider: string): OwnerModels;
  /** Another object whenever something about it has changed. */
  revision(): object;
}

export function createOwnerModels({ settings, tables }: OwnerModelParts): OwnerModelSource {
  let from: readonly unknown[] = [];
  let made = new Map<string, OwnerModels>();
  /** Empties what was made from older settings or tables. */
  const current = () => {
    const [now, own] = [settings(), tables()];
    if (from[0] !== now || from[1] !== own) {
      from = [now, own];
      made = new Map();
    }
    return made;
  };
  return {
    of(provider) {
      const known = current().get(provider);
      if (known) return known;
      const models = ownerModelsOf(provider, settings(), tables());
      made.set(provider, models);
      return models;
    },
    revision: current,
  };
}

/** ChatGPT is also known by the name that it has in CLIProxyAPI. */
const otherNames: Record<string, string> = { chatgpt: 'codex' };

function ownerModelsOf(
  provider: string,
  settings: Settings,
  tables: ReturnType<OwnerModelParts['tables']>,
): OwnerModels {
  const names = [provider, otherNames[provider]];
  const valuesOf = <T>(block: Readonly<Record<string, readonly T[] | undefined>>): T[] =>
    names.flatMap((name) => (name === undefined ? [] : (block[name] ?? [])));
  const aliases = valuesOf(settings['oauth-model-alias']).map(({ name, alias, fork }) => ({
    name,
    alias,
    hides: !fork,
  }));
  const excluded = valuesOf(settings['oauth-excluded-models']);
  const table = tables.get(provider);
  if (!table && aliases.length === 0 && excluded.length === 0) return noOwnerModels;
  return { table: table ?? noOwnerModels.table, aliases, excluded };
}

/** A provider whose models are as its owner says. */
export function ownedProvider(provider: Provider, source: Pick<OwnerModelSource, 'of'>): Provider {
  const { upstream } = provider;
  if (!upstream) return provider;
  const ownerModels = () => source.of(provider.id);
  const models = withOwnerModels(upstream, ownerModels);
  const prepare: typeof upstream.prepare = (request, account, ...rest) => {
    if (ownerModels() === noOwnerModels) return upstream.prepare(request, account, ...rest);
    return upstream.prepare({ ...request, info: models.modelInfo(account, request.model) }, account, ...rest);
  };
  return { ...provider, upstream: { ...upstream, ...models, prepare } };
}

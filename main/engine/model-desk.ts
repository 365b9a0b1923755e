import type {
  ModelAliasView,
  ModelRulesChange,
  ModelServerView,
  ModelsView,
  ModelView,
} from '../../preload/models-view.ts';
import type { Account } from '../accounts/account.ts';
import { createModelMapping } from '../amp/model-mapping.ts';
import type { Provider } from '../providers/contract.ts';
import { type Offer, offersOf } from '../routing/catalogue.ts';
import type { Router } from '../routing/router.ts';
import { derived } from '../settings/derived.ts';
import type { Settings } from '../settings/schema.ts';
import type { SettingsPatch, SettingsStore } from '../settings/store.ts';
import type { ModelsFile } from './models-file.ts';

export interface ModelDeskParts {
  settings: Pick<SettingsStore, 'current' | 'update'>;
  accounts(): readonly Account[];
  providerOf(account: Account): Provider;
  router: Pick<Router, 'hold'>;
  file: Pick<ModelsFile, 'path' | 'problem'>;
}

/** Where an owner sees which models there are, and says what they are called. */
export interface ModelDesk {
  view(): ModelsView;
  /** Keeps names, mappings and chains in the settings. Rejects with SettingsError. */
  save(change: ModelRulesChange): Promise<void>;
}

export function createModelDesk(parts: ModelDeskParts): ModelDesk {
  const { settings, file } = parts;
  const mappingProblems = derived(
    () => settings.current(),
    ({ ampcode }) => [...createModelMapping(ampcode).problems],
  );
  return {
    view() {
      const { ampcode, routing } = settings.current();
      const problem = file.problem();
      return {
        models: modelViews(parts),
        mappings: ampcode['model-mappings'],
        mappingProblems: mappingProblems(),
        aliases: aliasesIn(settings.current()),
        chains: Object.entries(routing.chains).map(([model, to]) => ({ model, to })),
        providers: providersIn(parts),
        table: { path: file.path(), ...(problem === undefined ? {} : { problem }) },
      };
    },
    save: (change) => settings.update(patchFor(change, settings.current())),
  };
}

function modelViews({ accounts, providerOf, router, settings }: ModelDeskParts): ModelView[] {
  const views = new Map<string, ModelView>();
  for (const account of accounts()) {
    const provider = providerOf(account);
    for (const offer of offersOf(account, provider, settings.current()['force-model-prefix'])) {
      const server = serverView(account, provider, offer, router);
      const known = views.get(offer.upstreamModel);
      views.set(offer.upstreamModel, known ? joined(known, offer, server) : viewOf(offer, server));
    }
  }
  const isEnabled = ({ servers }: ModelView) => servers.some(({ standing }) => !resting.includes(standing));
  // In the order of the providers' lists, which have the newest first.
  return [...views.values()].filter(isEnabled);
}

/** A model that only such accounts have cannot be asked for. */
const resting: readonly ModelServerView['standing'][] = ['paused', 'needs-sign-in'];

function viewOf({ info, upstreamModel, names }: Offer, server: ModelServerView): ModelView {
  const { displayName, contextWindow, maxOutput, thinking } = info;
  const { levels = [], budget, canDisable = true } = thinking ?? {};
  return {
    id: upstreamModel,
    displayName,
    names: [...names],
    contextWindow: [contextWindow, contextWindow],
    maxOutput: [maxOutput, maxOutput],
    ...(thinking ? { thinking: { levels: [...levels], canDisable, ...(budget ? { budget } : {}) } } : {}),
    servers: [server],
  };
}

/** The same model of another account. */
function joined(known: ModelView, { info, names }: Offer, server: ModelServerView): ModelView {
  const widen = ([least, most]: [number, number], other: number): [number, number] => [
    Math.min(least, other),
    Math.max(most, other),
  ];
  return {
    ...known,
    names: [...new Set([...known.names, ...names])],
    contextWindow: widen(known.contextWindow, info.contextWindow),
    maxOutput: widen(known.maxOutput, info.maxOutput),
    servers: [...known.servers, server],
  };
}

function serverView(
  account: Account,
  provider: Provider,
  { upstreamModel: model }: Offer,
  router: ModelDeskParts['router'],
): ModelServerView {
  const { id: accountId, label, needsSignIn, paused, withdrawn } = account;
  const view = { accountId, label, provider: provider.id, providerLabel: provider.label };
  if (needsSignIn !== undefined) return { ...view, standing: 'needs-sign-in', reason: needsSignIn };
  if (paused || withdrawn) return { ...view, standing: 'paused' };
  const family = provider.upstream?.familyOf(model) ?? model;
  const held = router.hold(account, { accountId, provider: account.provider, model, family });
  return held ? { ...view, ...held } : { ...view, standing: 'ready' };
}

function aliasesIn(settings: Settings): ModelAliasView[] {
  return Object.entries(settings['oauth-model-alias']).flatMap(([provider, aliases]) =>
    (aliases ?? []).map(({ name, alias, fork }) => ({ provider, name, alias, fork })),
  );
}

function providersIn({ accounts, providerOf }: ModelDeskParts): ModelsView['providers'] {
  const labels = new Map(accounts().map((account) => [account.provider, providerOf(account).label]));
  return [...labels].map(([id, label]) => ({ id, label }));
}

function patchFor({ mappings, aliases, chains }: ModelRulesChange, settings: Settings): SettingsPatch {
  return {
    ...(mappings ? { ampcode: { 'model-mappings': mappings } } : {}),
    ...(chains ? { routing: { chains: chainsPatch(chains, settings) } } : {}),
    ...(aliases ? { 'oauth-model-alias': aliasesPatch(aliases, settings) } : {}),
  };
}

/** Blocks are merged, so what is gone has to be named. */
function chainsPatch(chains: NonNullable<ModelRulesChange['chains']>, { routing }: Settings) {
  const gone = Object.keys(routing.chains).map((model) => [model, null] as const);
  return Object.fromEntries([...gone, ...chains.map(({ model, to }) => [model, to] as const)]);
}

function aliasesPatch(aliases: readonly ModelAliasView[], settings: Settings): Record<string, object[] | null> {
  const patch = new Map<string, object[] | null>();
  for (const provider of Object.keys(settings['oauth-model-alias'])) patch.set(provider, null);
  for (const { provider, ...alias } of aliases) patch.set(provider, [...(patch.get(provider) ?? []), alias]);
  return Object.fromEntries(patch);
}

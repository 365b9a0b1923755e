import type { Account } from '../accounts/account.ts';
import type { WireFormatId } from '../protocols/wire-format.ts';
import type { ModelInfo } from '../providers/contract.ts';
import type { Target } from './breakers/breaker.ts';
import type { RoutingRules } from './rules.ts';

/** An account that serves a model, whether or not it may be asked now. */
export interface Candidate {
  account: Account;
  /** The model under the upstream's name. */
  target: Target;
  /** Share of the conversations by the strategy `weighted`; 1 unless the owner says otherwise. */
  weight: number;
}

/** All that serve one model. */
export interface Serving {
  /** Highest priority first, then by id. */
  candidates: readonly Candidate[];
  /** Conversations stay with an account for models of one group. */
  group: string;
  /** Models that accounts offer as previews of this one, by name. */
  previews: readonly string[];
}

/** What the index asks of providers. */
export interface ModelSource {
  /** The upstream's name of a model on an account; undefined when the account does not serve it. */
  upstreamModel(account: Account, model: string): string | undefined;
  /** Whether requests of a wire format can be served through the account. */
  speaks(account: Account, format: WireFormatId): boolean;
  /** Models that share one limit. */
  familyOf(account: Account, upstreamModel: string): string;
  /** The models that the account is known to offer. */
  models(account: Account): readonly ModelInfo[];
  weightOf(account: Account): number;
  /** Another object whenever what the providers offer has changed. */
  revision(): object;
}

type IndexRules = Pick<RoutingRules, 'forcePrefix' | 'offerUnknownModels'>;

/** Names come from clients: as many are remembered as anybody uses. */
const mostRemembered = 500;

/** Who serves which model. Remembers answers for as long as the accounts and rules stay the same. */
export class ModelIndex {
  readonly #source: ModelSource;
  #accounts: readonly Account[] = [];
  #rules: IndexRules | undefined;
  #revision: object | undefined;
  #known = new Map<string, Serving>();

  constructor(source: ModelSource) {
    this.#source = source;
  }

  /** `accounts` are replaced, never changed, when something about them changes. */
  serving(accounts: readonly Account[], rules: IndexRules, model: string, format: WireFormatId): Serving {
    this.#renew(accounts, rules);
    const key = `${format} ${model}`;
    const known = this.#known.get(key);
    if (known) return known;
    if (this.#known.size >= mostRemembered) this.#known.clear();
    const found = this.#find(accounts, rules, model, format);
    this.#known.set(key, found);
    return found;
  }

  #renew(accounts: readonly Account[], rules: IndexRules): void {
    const revision = this.#source.revision();
    const isSame =
      revision === this.#revision &&
      this.#rules?.forcePrefix === rules.forcePrefix &&
      this.#rules.offerUnknownModels === rules.offerUnknownModels &&
      accounts.length === this.#accounts.length &&
      accounts.every((account, index) => account === this.#accounts[index]);
    if (isSame) return;
    this.#revision = revision;
    this.#accounts = [...accounts];
    this.#rules = { forcePrefix: rules.forcePrefix, offerUnknownModels: rules.offerUnknownModels };
    this.#known = new Map();
  }

  #find(accounts: readonly Account[], rules: IndexRules, model: string, format: WireFormatId): Serving {
    const candidates = accounts.flatMap((account) => {
      const upstream = this.#source.speaks(account, format) ? servedAs(account, model, rules, this.#source) : undefined;
      return upstream === undefined ? [] : [this.#candidate(account, upstream)];
    });
    candidates.sort((a, b) => b.account.priority - a.account.priority || (a.account.id < b.account.id ? -1 : 1));
    const [first] = [...candidates].sort((a, b) => (a.target.provider < b.target.provider ? -1 : 1));
    const group = first ? `${first.target.provider} ${first.target.family}` : '';
    return { candidates, group, previews: this.#previewsOf(accounts, model) };
  }

  /** Names with `-preview` behind the model's, maybe with a date: `gemini-3-pro-preview-11-2026`. */
  #previewsOf(accounts: readonly Account[], model: string): string[] {
    const name = `${model.toLowerCase()}-preview`;
    const offered = new Set(accounts.flatMap((account) => this.#source.models(account).map(({ id }) => id)));
    return [...offered].filter((id) => `${id.toLowerCase()}-`.startsWith(`${name}-`)).sort();
  }

  #candidate(account: Account, model: string): Candidate {
    const { id: accountId, provider } = account;
    const target = { accountId, provider, model, family: this.#source.familyOf(account, model) };
    return { account, target, weight: this.#source.weightOf(account) };
  }
}

/** The upstream's name of a model on an account under the owner's rules; undefined when it is not to be served there. */
function servedAs(
  account: Account,
  model: string,
  rules: IndexRules,
  source: Pick<ModelSource, 'upstreamModel' | 'models'>,
): string | undefined {
  if (rules.forcePrefix && account.prefix && !model.startsWith(`${account.prefix}/`)) return undefined;
  const upstream = source.upstreamModel(account, model);
  if (upstream === undefined || rules.offerUnknownModels) return upstream;
  const isListed = source.models(account).some(({ id, aliases }) => id === upstream || aliases?.includes(upstream));
  return isListed ? upstream : undefined;
}

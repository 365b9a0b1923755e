/** How accounts take turns; see selection.ts. */
export const strategies = ['round-robin', 'fill-first', 'weighted', 'most-room'] as const;
export type Strategy = (typeof strategies)[number];

/** Names that configuration files of other programs use. */
export const strategyAliases: ReadonlyMap<string, Strategy> = new Map(
  Object.entries({
    roundrobin: 'round-robin',
    rr: 'round-robin',
    fillfirst: 'fill-first',
    ff: 'fill-first',
    'weighted-round-robin': 'weighted',
    'most-headroom': 'most-room',
  }),
);

/** What the owner decided about routing. */
export interface RoutingRules {
  strategy: Strategy;
  /** Whether conversations stay with their account. */
  affinity: boolean;
  /** Most accounts asked for a model in one go; 0 asks all. */
  maxCredentials: number;
  /** Longest time that a request waits for accounts in all, in milliseconds. */
  maxWaitMs: number;
  /** Requests that an account serves at a time before others are preferred. */
  streamsPerAccount: number;
  /** Percent of a quota window that may be used, 1 to 100, where an account has no number of its own. */
  stopAt: number;
  /** Models to fall to, by model; `amp` is Amp's own. */
  chains: Readonly<Record<string, readonly string[]>>;
  /** Whether another credential of the same person may take over when one has used up its quota. */
  switchProject: boolean;
  /** Whether a model's preview may be asked when its quota is used up. */
  switchPreviewModel: boolean;
  /** Whether accounts with a prefix serve only models that are asked for with it. */
  forcePrefix: boolean;
  /** Whether ids that no list has, but that look like a provider's, are tried there. */
  offerUnknownModels: boolean;
}

export const defaultRules: RoutingRules = {
  strategy: 'round-robin',
  affinity: true,
  maxCredentials: 3,
  maxWaitMs: 30_000,
  streamsPerAccount: 8,
  stopAt: 100,
  chains: {},
  switchProject: true,
  switchPreviewModel: true,
  forcePrefix: false,
  offerUnknownModels: true,
};

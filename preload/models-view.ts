import { z } from 'zod';

/** The models that can be asked for, and what their owner says of them. Holds no secret. */

/** How an account stands for one model. Times in milliseconds since the Unix epoch. */
export interface ModelServerView {
  accountId: string;
  label: string;
  provider: string;
  providerLabel: string;
  standing: 'ready' | 'cooling' | 'reserve' | 'paused' | 'needs-sign-in';
  /** For people, unless it is ready: "usage limit reached". */
  reason?: string;
  /** When it is expected to serve again. */
  until?: number;
}

/** One model, whoever serves it. Pairs are the least and the most that its accounts have. */
export interface ModelView {
  /** The providers' name of it. */
  id: string;
  displayName: string;
  /** Every name that a client may use, its own first. */
  names: string[];
  /** Tokens; 0 when not known. */
  contextWindow: [number, number];
  /** Tokens; 0 when not known. */
  maxOutput: [number, number];
  /** Absent when not known; without levels and budget it does not think. */
  thinking?: { levels: string[]; budget?: { min: number; max: number }; canDisable: boolean };
  servers: ModelServerView[];
}

export const modelMapping = z.strictObject({
  from: z.string().trim().min(1).max(300),
  to: z.string().trim().min(1).max(300),
  regex: z.boolean(),
});
export type ModelMappingView = z.infer<typeof modelMapping>;

export const modelAlias = z.strictObject({
  /** The provider's id. */
  provider: z.string().trim().min(1).max(100),
  name: z.string().trim().min(1).max(300),
  alias: z.string().trim().min(1).max(300),
  /** The model's own name stays in use. */
  fork: z.boolean(),
});
export type ModelAliasView = z.infer<typeof modelAlias>;

export const modelChain = z.strictObject({
  model: z.string().trim().min(1).max(300),
  /** Models to fall to, in order; `amp` for Amp itself. */
  to: z.array(z.string().trim().min(1).max(300)).min(1).max(50),
});
export type ModelChainView = z.infer<typeof modelChain>;

/** Lists replace those of the settings; what is left out stays. */
export const modelRules = z.strictObject({
  mappings: z.array(modelMapping).max(500).optional(),
  aliases: z.array(modelAlias).max(500).optional(),
  chains: z.array(modelChain).max(500).optional(),
});
export type ModelRulesChange = z.infer<typeof modelRules>;

export interface ModelsView {
  models: ModelView[];
  mappings: ModelMappingView[];
  /** Mappings that cannot work, and why. */
  mappingProblems: string[];
  aliases: ModelAliasView[];
  chains: ModelChainView[];
  /** Providers of accounts, for new aliases. */
  providers: { id: string; label: string }[];
  /** The owner's own table: where it is looked for, and why it cannot be used. */
  table: { path: string; problem?: string };
}

/** Models of the fake, with the limits that the real ones refuse to exceed. */
export interface FakeModel {
  id: string;
  displayName: string;
  maxOutput: number;
  /** Takes `thinking.type: adaptive` and `output_config.effort`. */
  levels: boolean;
  /** Takes `thinking.type: enabled` with a budget. */
  budget: boolean;
  /** Major times 100 and minor: what a model takes besides goes by its age. */
  version: number;
  aliases?: readonly string[];
}

export const fakeModels: readonly FakeModel[] = [
  {
    id: 'claude-haiku-4-5-20251001',
    displayName: 'Claude Haiku 4.5',
    maxOutput: 64_000,
    levels: false,
    budget: true,
    version: 405,
    aliases: ['claude-haiku-4-5'],
  },
  {
    id: 'claude-sonnet-4-5-20250929',
    displayName: 'Claude Sonnet 4.5',
    maxOutput: 64_000,
    levels: false,
    budget: true,
    version: 405,
    aliases: ['claude-sonnet-4-5'],
  },
  {
    id: 'claude-opus-4-5-20251101',
    displayName: 'Claude Opus 4.5',
    maxOutput: 64_000,
    levels: false,
    budget: true,
    version: 405,
    aliases: ['claude-opus-4-5'],
  },
  {
    id: 'claude-sonnet-4-6',
    displayName: 'Claude Sonnet 4.6',
    maxOutput: 64_000,
    levels: true,
    budget: true,
    version: 406,
  },
  {
    id: 'claude-opus-4-6',
    displayName: 'Claude Opus 4.6',
    maxOutput: 128_000,
    levels: true,
    budget: true,
    version: 406,
  },
  {
    id: 'claude-opus-4-7',
    displayName: 'Claude Opus 4.7',
    maxOutput: 128_000,
    levels: true,
    budget: true,
    version: 407,
  },
  { id: 'claude-opus-5', displayName: 'Claude Opus 5', maxOutput: 128_000, levels: true, budget: false, version: 500 },
  {
    id: 'claude-sonnet-5',
    displayName: 'Claude Sonnet 5',
    maxOutput: 128_000,
    levels: true,
    budget: false,
    version: 500,
  },
  {
    id: 'claude-sonnet-4-20250514',
    displayName: 'Claude Sonnet 4',
    maxOutput: 64_000,
    levels: false,
    budget: true,
    version: 400,
    aliases: ['claude-sonnet-4-0'],
  },
];

export function findModel(id: string): FakeModel | undefined {
  return fakeModels.find((model) => model.id === id || model.aliases?.includes(id));
}

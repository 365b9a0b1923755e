/** How servers of this format differ in what they refuse. */
export interface Flavour {
  /** Path of the API before its routes. */
  base: string;
  models: readonly string[];
  /** Members of a body besides those that every server takes. */
  more: readonly string[];
  developerRole: boolean;
  customTools: boolean;
  video: boolean;
  /** Refuses `max_tokens` and sampling for models that think. */
  plainThinking: boolean;
  /** Refuses assistant turns that say nothing, and calls without the thinking before them. */
  strictThinking: boolean;
  /** Refuses instructions behind the first message. */
  systemInFrontOnly: boolean;
  /** Headers that must be there. */
  headers: readonly string[];
  /** Signs requests with HMAC. */
  signed: boolean;
}

const plain: Flavour = {
  base: '/v1',
  models: ['model-1'],
  more: [],
  developerRole: false,
  customTools: false,
  video: false,
  plainThinking: false,
  strictThinking: false,
  systemInFrontOnly: false,
  headers: [],
  signed: false,
};

const newer = ['verbosity', 'prediction', 'modalities', 'audio', 'store', 'web_search_options', 'service_tier'];

/** The servers that this fake can be. */
export const flavours = {
  openai: {
    ...plain,
    models: ['gpt-5.5', 'gpt-5.4', 'gpt-4.1', 'gpt-4o'],
    more: [...newer, 'max_completion_tokens', 'reasoning_effort', 'metadata', 'prompt_cache_key', 'safety_identifier'],
    developerRole: true,
    customTools: true,
    plainThinking: true,
  },
  compatible: {
    ...plain,
    more: ['reasoning_effort', 'top_k', 'max_completion_tokens'],
    systemInFrontOnly: true,
    video: true,
  },
  kimi: {
    ...plain,
    base: '/coding/v1',
    models: ['k3', 'k2.6', 'k2', 'kimi-for-coding'],
    more: ['thinking', 'prompt_cache_key'],
    video: true,
    strictThinking: true,
    headers: ['x-msh-platform', 'x-msh-device-id'],
  },
  qwen: {
    ...plain,
    models: ['qwen3-coder-plus', 'coder-model'],
    more: ['enable_thinking', 'thinking_budget', 'reasoning_effort', 'top_k'],
    systemInFrontOnly: true,
    headers: ['x-dashscope-authtype'],
  },
  iflow: {
    ...plain,
    models: ['glm-4.6', 'kimi-k2'],
    more: ['reasoning_effort', 'top_k'],
    systemInFrontOnly: true,
    headers: ['session-id'],
    signed: true,
  },
} as const satisfies Record<string, Flavour>;

export type FlavourName = keyof typeof flavours;

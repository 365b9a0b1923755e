import type { WireFormatId } from './wire-format.ts';

/**
 * Everything a request can ask for, once. A wire format's field table (`<format>/fields.ts`) says which of its fields ask
 * for which feature; a dialect says what becomes of each feature. The two together decide what is carried, emulated,
 * reported or refused in every direction, and docs/translation.md is generated from them.
 */
export const features = [
  'text',
  'system',
  'mid-system',
  'image-data',
  'image-url',
  'document-data',
  'document-url',
  'document-text',
  'file-id',
  'audio',
  'video',
  'citations',
  'thinking-history',
  'redacted-thinking',
  'tool-call',
  'tool-result',
  'tool-result-image',
  'tool-error',
  'search-history',
  'code-history',
  'function-tool',
  'strict-tool',
  'custom-tool',
  'tool-group',
  'web-search',
  'web-search-domains',
  'code-execution',
  'url-context',
  'image-generation',
  'hosted-tool',
  'mcp',
  'tool-choice',
  'tool-subset',
  'single-tool-call',
  'max-tool-calls',
  'thinking',
  'thinking-summary',
  'max-output',
  'temperature',
  'top-p',
  'top-k',
  'stop',
  'candidates',
  'seed',
  'presence-penalty',
  'frequency-penalty',
  'logit-bias',
  'logprobs',
  'json-output',
  'schema-output',
  'verbosity',
  'media-output',
  'user',
  'metadata',
  'service-tier',
  'store',
  'cache-key',
  'cache-marks',
  'cached-content',
  'safety-settings',
  'previous-response',
  'stored-conversation',
  'background',
  'prompt-template',
  'truncation',
  'include',
  'prefill',
  'container',
  'context-management',
  'prediction',
  'usage-chunk',
  'image-detail',
  'unknown',
] as const;
export type Feature = (typeof features)[number];

/** One feature that a request uses, and the client's field that asks for it. */
export interface FeatureUse {
  feature: Feature;
  /** As a person finds it in the request: `messages[2].content[0].input_audio`. */
  field: string;
}

/** What becomes of a feature on its way to an upstream. */
export type Treatment =
  | { kind: 'carried'; note?: string }
  /** Done another way with the same result; `note` says how. */
  | { kind: 'emulated'; note: string }
  /** Left out, and named in `x-fusebox-dropped`; strict mode refuses it. */
  | { kind: 'dropped'; note?: string }
  /** 400, naming the field. */
  | { kind: 'refused'; note?: string };

export const carried: Treatment = { kind: 'carried' };
export const dropped: Treatment = { kind: 'dropped' };
export const refused: Treatment = { kind: 'refused' };
export const emulated = (note: string): Treatment => ({ kind: 'emulated', note });

/** Families of thinking signatures; a signature of one means nothing to another. */
export type SignatureFamily = 'claude' | 'gpt' | 'gemini';

/** One upstream's way of speaking a wire format. Providers derive theirs from the format's own. */
export interface Dialect {
  /** `anthropic`, `codex`, `code-assist`…; a column of docs/translation.md. */
  id: string;
  /** For people: "Claude", "ChatGPT (Codex)". */
  label: string;
  format: WireFormatId;
  treatments: Readonly<Record<Feature, Treatment>>;
  /** Whose signed thinking the upstream takes back; absent: nobody's. */
  signatures?: SignatureFamily;
  /** Names that the upstream takes for tools. */
  toolNames: { first: RegExp; rest: RegExp; maxLength: number };
  /** Longest tool call id, in characters of [A-Za-z0-9_-]. */
  maxToolIdLength: number;
}

/** One field of a wire format: what it asks for, or `structure` for one that every conversation has. */
export type FieldTable = Readonly<Record<string, Feature | 'structure'>>;

/** A request that cannot be served as asked; `field` is the client's own name for what is wrong. */
export class FieldError extends Error {
  readonly field: string;
  constructor(field: string, message: string) {
    super(message);
    this.name = 'FieldError';
    this.field = field;
  }
}

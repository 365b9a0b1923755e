import { carried, type Dialect, dropped, emulated, type Feature, refused, type Treatment } from '../features.ts';
import { usualTreatments } from '../usual-treatments.ts';

/** How models of this API differ beyond what they take and refuse. */
export interface AnthropicWays {
  /** `output_config.format` and strict tools; elsewhere a forced tool carries the output. */
  structuredOutputs: boolean;
  /** Which of temperature, top_p and top_k are taken: all, not the first two together, or none. */
  sampling: 'all' | 'not-both' | 'none';
  /** Thinking is only shown to who asks for it. */
  hidesThinking: boolean;
}

export interface AnthropicDialect extends Dialect {
  ways: AnthropicWays;
}

/** The Messages API with the newest models. */
export const anthropicDialect: AnthropicDialect = {
  id: 'anthropic',
  label: 'Anthropic Messages',
  format: 'anthropic',
  signatures: 'claude',
  toolNames: { first: /[\w-]/, rest: /[\w-]/, maxLength: 128 },
  maxToolIdLength: 128,
  ways: { structuredOutputs: true, sampling: 'none', hidesThinking: true },
  treatments: {
    ...usualTreatments,
    'mid-system': { kind: 'carried', note: 'older models get it with the system prompt' },
    'image-data': { kind: 'carried', note: 'JPEG, PNG, GIF and WebP' },
    'document-data': { kind: 'carried', note: 'PDF and text' },
    'document-url': carried,
    'document-text': carried,
    audio: refused,
    'thinking-history': { kind: 'carried', note: 'what Claude signed; that of others is left out' },
    'redacted-thinking': { kind: 'carried', note: 'that of Claude' },
    'tool-result-image': carried,
    'tool-error': carried,
    'strict-tool': { kind: 'carried', note: 'left out for models before 4.5' },
    'custom-tool': emulated('a function with one text argument'),
    'web-search-domains': carried,
    'tool-subset': emulated('only these tools are sent'),
    thinking: { kind: 'carried', note: 'left out where a tool is forced' },
    temperature: { kind: 'carried', note: 'at most 1; left out with thinking and for models from 4.7 on' },
    'top-p': { kind: 'carried', note: 'left out beside temperature, with thinking, and for models from 4.7 on' },
    'top-k': { kind: 'carried', note: 'left out with thinking and for models from 4.7 on' },
    stop: carried,
    seed: dropped,
    'presence-penalty': dropped,
    'frequency-penalty': dropped,
    'json-output': emulated('asked for in the system prompt'),
    'schema-output': { kind: 'carried', note: 'models before 4.5 answer through a forced tool' },
    verbosity: dropped,
    user: { kind: 'carried', note: 'opaque ids only' },
    metadata: dropped,
    'service-tier': { kind: 'dropped', note: 'the faster lane is paid for separately' },
    'cache-key': emulated('keeps a conversation at one account, whose cache it fills'),
    'cache-marks': { kind: 'carried', note: 'four at most' },
    prefill: { kind: 'refused', note: 'models before 4.6 take it' },
    'image-detail': dropped,
  },
};

/** A model's or server's own way of speaking this format. */
export function deriveAnthropicDialect(
  differing: Partial<Pick<Dialect, 'id' | 'label' | 'toolNames'>>,
  treatments: Partial<Record<Feature, Treatment>>,
  ways: Partial<AnthropicWays>,
): AnthropicDialect {
  return {
    ...anthropicDialect,
    ...differing,
    treatments: { ...anthropicDialect.treatments, ...treatments },
    ways: { ...anthropicDialect.ways, ...ways },
  };
}

/** The ways of a dialect; those of the newest models where it does not say. */
export function waysOf(dialect: Dialect): AnthropicWays {
  return isAnthropicDialect(dialect) ? dialect.ways : anthropicDialect.ways;
}

function isAnthropicDialect(dialect: Dialect): dialect is AnthropicDialect {
  return 'ways' in dialect && dialect.format === 'anthropic';
}

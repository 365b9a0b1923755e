import { carried, type Dialect, dropped, emulated, type Feature, type Treatment } from '../features.ts';
import { usualTreatments } from '../usual-treatments.ts';

/** How upstreams of this format differ beyond what they take and refuse. */
export interface GeminiWays {
  /**
   * `json`: newer models get JSON Schema almost as it is (`parametersJsonSchema`). `plain`: every model gets the older
   * schema object, with a short list of keywords.
   */
  schemas: 'json' | 'plain';
  /** Whether the older schema object knows `minimum` and `maximum`. */
  ranges: boolean;
  /** Calls are checked against their schemas (mode VALIDATED), which have to have a property then. */
  validated: boolean;
}

export interface GeminiDialect extends Dialect {
  ways: GeminiWays;
}

/** generateContent as the Gemini API takes it. */
export const geminiDialect: GeminiDialect = {
  id: 'gemini-api',
  label: 'Gemini API',
  format: 'gemini',
  signatures: 'gemini',
  toolNames: { first: /[A-Za-z_]/, rest: /[\w.-]/, maxLength: 64 },
  maxToolIdLength: 64,
  ways: { schemas: 'json', ranges: false, validated: false },
  treatments: {
    ...usualTreatments,
    'mid-system': emulated('in a turn of the user, marked as from the system'),
    'image-url': emulated('fetched here'),
    'document-url': emulated('fetched here'),
    video: carried,
    'thinking-history': { kind: 'carried', note: 'thinking of Gemini models; that of others is left out' },
    'tool-result-image': { kind: 'carried', note: 'beside the results for models before Gemini 3' },
    'tool-error': emulated('an error in place of the result'),
    'code-history': carried,
    'strict-tool': dropped,
    'custom-tool': emulated('a function with one text argument'),
    'web-search-domains': dropped,
    'code-execution': carried,
    'url-context': carried,
    'tool-subset': { kind: 'carried', note: 'where a call is not demanded, only these tools are sent' },
    'single-tool-call': dropped,
    thinking: carried,
    temperature: carried,
    'top-p': carried,
    'top-k': carried,
    stop: { kind: 'carried', note: 'beyond five the text is cut here' },
    seed: carried,
    'presence-penalty': carried,
    'frequency-penalty': carried,
    verbosity: dropped,
    user: dropped,
    metadata: dropped,
    'service-tier': dropped,
    'cache-key': { kind: 'dropped', note: 'the provider caches by itself' },
    'cache-marks': emulated('the provider caches by itself'),
    'image-detail': dropped,
  },
};

/** A provider's own way of speaking this format. */
export function deriveGeminiDialect(
  own: Partial<Omit<GeminiDialect, 'treatments' | 'ways' | 'format'>>,
  treatments: Partial<Record<Feature, Treatment>> = {},
  ways: Partial<GeminiWays> = {},
): GeminiDialect {
  return {
    ...geminiDialect,
    ...own,
    treatments: { ...geminiDialect.treatments, ...treatments },
    ways: { ...geminiDialect.ways, ...ways },
  };
}

/** The ways of a dialect; the Gemini API's where it does not say. */
export function waysOf(dialect: Dialect): GeminiWays {
  return isGeminiDialect(dialect) ? dialect.ways : geminiDialect.ways;
}

function isGeminiDialect(dialect: Dialect): dialect is GeminiDialect {
  return 'ways' in dialect && dialect.format === 'gemini';
}

/** Models before Gemini 3: they take no levels of thinking, no JSON Schema, and calls without signatures. */
export function isOlderGemini(model: string): boolean {
  return /gemini-[12](\b|[.-])/.test(model) || !/gemini/.test(model);
}

import { carried, type Dialect, dropped, emulated, type Feature, refused, type Treatment } from '../features.ts';
import { usualTreatments } from '../usual-treatments.ts';

/** How servers of this format differ beyond what they take and refuse. */
export interface ChatWays {
  /** What the output limit is called: newer OpenAI models refuse `max_tokens`, other servers know nothing else. */
  maxTokens: 'max_tokens' | 'max_completion_tokens';
  /** Most stop sequences that are sent; further ones cut the answer here. */
  maxStops: number;
  /** Models that think take no sampling parameters and no stop sequences. */
  plainThinking: boolean;
}

export interface ChatDialect extends Dialect {
  ways: ChatWays;
}

/** Chat Completions as OpenAI's own platform takes them. */
export const chatDialect: ChatDialect = {
  id: 'openai-chat',
  label: 'OpenAI Chat Completions',
  format: 'openai-chat',
  toolNames: { first: /[\w-]/, rest: /[\w-]/, maxLength: 64 },
  // The API refuses longer ones: "string too long. Expected a string with maximum length 40".
  maxToolIdLength: 40,
  ways: { maxTokens: 'max_completion_tokens', maxStops: 4, plainThinking: true },
  treatments: {
    ...usualTreatments,
    'mid-system': carried,
    'document-url': emulated('fetched here'),
    'thinking-history': dropped,
    'tool-result-image': emulated('in a user message behind the results'),
    'tool-error': emulated('the result begins with [tool error]'),
    'strict-tool': carried,
    'custom-tool': carried,
    'web-search': refused,
    'web-search-domains': refused,
    'tool-subset': carried,
    thinking: { kind: 'carried', note: 'as an effort' },
    'thinking-summary': { kind: 'dropped', note: 'this API never shows thinking' },
    temperature: { kind: 'carried', note: 'left out for models that think' },
    'top-p': { kind: 'carried', note: 'left out for models that think' },
    'top-k': dropped,
    stop: { kind: 'carried', note: 'beyond four, and for models that think, the text is cut here' },
    seed: carried,
    'presence-penalty': { kind: 'carried', note: 'left out for models that think' },
    'frequency-penalty': { kind: 'carried', note: 'left out for models that think' },
    verbosity: carried,
    user: carried,
    metadata: { kind: 'dropped', note: 'the API takes it for stored answers only' },
    'service-tier': carried,
    'cache-key': carried,
    'cache-marks': emulated('the provider caches by itself'),
    'image-detail': carried,
  },
};

/** A provider's own way of speaking this format. */
function deriveChatDialect(
  id: string,
  label: string,
  treatments: Partial<Record<Feature, Treatment>>,
  ways: Partial<ChatWays> = {},
): ChatDialect {
  return {
    ...chatDialect,
    id,
    label,
    treatments: { ...chatDialect.treatments, ...treatments },
    ways: { ...chatDialect.ways, ...ways },
  };
}

/** What servers other than OpenAI's have in common: the format of 2023 and what most of them added since. */
const compatibleTreatments: Partial<Record<Feature, Treatment>> = {
  'mid-system': emulated('in a user message, marked as from the system'),
  'thinking-history': { kind: 'carried', note: 'with the tool calls it led to, where it is not signed' },
  'custom-tool': emulated('a function with one text argument'),
  'tool-subset': emulated('only these tools are sent'),
  'thinking-summary': { kind: 'dropped', note: 'thinking is shown as the server sends it' },
  temperature: carried,
  'top-p': carried,
  stop: { kind: 'carried', note: 'beyond four the text is cut here' },
  'presence-penalty': carried,
  'frequency-penalty': carried,
  verbosity: dropped,
  'service-tier': dropped,
  'cache-key': dropped,
};
const compatibleWays: Partial<ChatWays> = { maxTokens: 'max_tokens', plainThinking: false };

/** Any server that speaks OpenAI's format. */
export const compatibleDialect = deriveChatDialect(
  'compatible',
  'OpenAI-compatible',
  { ...compatibleTreatments, video: carried, prefill: { kind: 'carried', note: 'where the server continues it' } },
  compatibleWays,
);

/** A provider's own servers of OpenAI's format; of what may travel in a message, none of them reads files or sound. */
export function deriveCompatibleDialect(
  id: string,
  label: string,
  treatments: Partial<Record<Feature, Treatment>>,
): ChatDialect {
  const unread = { 'document-data': refused, audio: refused };
  return deriveChatDialect(id, label, { ...compatibleTreatments, ...unread, ...treatments }, compatibleWays);
}

/** The ways of a dialect; OpenAI's where it does not say. */
export function waysOf(dialect: Dialect): ChatWays {
  return isChatDialect(dialect) ? dialect.ways : chatDialect.ways;
}

function isChatDialect(dialect: Dialect): dialect is ChatDialect {
  return 'ways' in dialect && dialect.format === 'openai-chat';
}

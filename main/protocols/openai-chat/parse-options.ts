import type { Conversation, OutputShape, Sampling } from '../conversation.ts';
import { defined } from '../defined.ts';
import { isJsonObject } from '../exact-json.ts';
import type { Feature } from '../features.ts';
import type { FeatureUses, FieldReader } from '../field-reader.ts';

/** Reads everything that shapes sampling. Throws FieldError. */
export function parseSampling(body: FieldReader, uses: FeatureUses): Sampling {
  const stop = body.strings('stop')?.filter((sequence) => sequence !== '');
  if (stop && stop.length > 0) uses.add('stop', 'stop');
  return defined({
    maxOutputTokens: maxOutput(body, uses),
    temperature: counted(body, 'temperature', 'temperature', uses),
    topP: counted(body, 'top_p', 'top-p', uses),
    topK: counted(body, 'top_k', 'top-k', uses),
    stop: stop && stop.length > 0 ? stop : undefined,
    seed: counted(body, 'seed', 'seed', uses),
    presencePenalty: counted(body, 'presence_penalty', 'presence-penalty', uses, 0),
    frequencyPenalty: counted(body, 'frequency_penalty', 'frequency-penalty', uses, 0),
    candidates: counted(body, 'n', 'candidates', uses, 1) ?? counted(body, 'best_of', 'candidates', uses, 1),
    ...logprobs(body, uses),
  });
}

function maxOutput(body: FieldReader, uses: FeatureUses): number | undefined {
  const field = body.has('max_completion_tokens') ? 'max_completion_tokens' : 'max_tokens';
  const tokens = body.number(field);
  if (tokens === undefined) return undefined;
  if (!Number.isInteger(tokens) || tokens < 1) throw body.wrong(field, 'a whole number above 0');
  uses.add('max-output', field);
  return tokens;
}

/** A number that asks for something; undefined where it is what the API does anyway. */
function counted(
  body: FieldReader,
  field: string,
  feature: Feature,
  uses: FeatureUses,
  usual?: number,
): number | undefined {
  const value = body.number(field);
  if (value === undefined || value === usual) return undefined;
  uses.add(feature, field);
  return value;
}

/** A switch and a number; the legacy completions have a number in the switch's place. */
function logprobs(body: FieldReader, uses: FeatureUses): Pick<Sampling, 'logprobs' | 'topLogprobs'> {
  const top = body.number('top_logprobs');
  const switched = typeof body.raw('logprobs') === 'number' ? true : body.boolean('logprobs');
  if (switched) uses.add('logprobs', 'logprobs');
  else if (top) uses.add('logprobs', 'top_logprobs');
  return defined({ logprobs: switched || undefined, topLogprobs: top || undefined });
}

/** Reads `response_format`. Throws FieldError. */
export function parseOutput(body: FieldReader, uses: FeatureUses): OutputShape | undefined {
  const format = body.child('response_format');
  const type = format?.string('type');
  if (!format || type === 'text') return undefined;
  if (type === 'json_object') {
    uses.add('json-output', 'response_format');
    return { kind: 'json' };
  }
  if (type !== 'json_schema') throw format.wrong('type', 'text, json_object or json_schema');
  uses.add('schema-output', 'response_format');
  const named = format.required('json_schema', format.child('json_schema'));
  return {
    kind: 'schema',
    schema: named.child('schema')?.object ?? { type: 'object' },
    ...defined({
      name: named.string('name'),
      description: named.string('description'),
      strict: named.boolean('strict'),
    }),
  };
}

type Settings = Pick<
  Conversation,
  'verbosity' | 'serviceTier' | 'cacheKey' | 'user' | 'metadata' | 'includeUsage' | 'parallelToolCalls'
>;

/** Reads what concerns neither words nor sampling. Throws FieldError. */
export function parseSettings(body: FieldReader, uses: FeatureUses): Settings {
  const parallel = body.boolean('parallel_tool_calls');
  if (parallel === false) uses.add('single-tool-call', 'parallel_tool_calls');
  const tier = body.string('service_tier');
  const isUsualTier = tier === undefined || tier === 'auto' || tier === 'default';
  if (!isUsualTier) uses.add('service-tier', 'service_tier');
  if (body.boolean('store')) uses.add('store', 'store');
  noteMedia(body, uses);
  const options = body.child('stream_options');
  if (options) uses.addMembers(options, ['include_usage']);
  const includeUsage = options?.boolean('include_usage');
  if (includeUsage) uses.add('usage-chunk', 'stream_options.include_usage');
  return defined({
    parallelToolCalls: parallel,
    verbosity: verbosityIn(body, uses),
    serviceTier: isUsualTier ? undefined : tier,
    cacheKey: noted(body, 'prompt_cache_key', 'cache-key', uses),
    user: noted(body, 'user', 'user', uses) ?? noted(body, 'safety_identifier', 'user', uses),
    metadata: metadataIn(body, uses),
    includeUsage,
  });
}

function verbosityIn(body: FieldReader, uses: FeatureUses): Conversation['verbosity'] {
  const verbosity = noted(body, 'verbosity', 'verbosity', uses);
  if (verbosity === undefined || verbosity === 'low' || verbosity === 'medium' || verbosity === 'high')
    return verbosity;
  throw body.wrong('verbosity', 'low, medium or high');
}

function metadataIn(body: FieldReader, uses: FeatureUses): Conversation['metadata'] {
  const metadata = body.child('metadata')?.object;
  if (!metadata || Object.keys(metadata).length === 0) return undefined;
  uses.add('metadata', 'metadata');
  return metadata;
}

/** Answers that are not text. */
function noteMedia(body: FieldReader, uses: FeatureUses): void {
  const others = body.strings('modalities')?.filter((modality) => modality !== 'text') ?? [];
  if (others.length > 0) uses.add('media-output', 'modalities');
  for (const field of ['audio', 'image_config']) if (body.has(field)) uses.add('media-output', field);
  const bias = body.raw('logit_bias');
  if (bias !== undefined && !(isJsonObject(bias) && Object.keys(bias).length === 0))
    uses.add('logit-bias', 'logit_bias');
}

function noted(body: FieldReader, field: string, feature: Feature, uses: FeatureUses): string | undefined {
  const value = body.string(field);
  if (value !== undefined) uses.add(feature, field);
  return value;
}

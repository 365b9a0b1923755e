import type { Conversation, OutputShape, Sampling, ThinkingRequest } from '../conversation.ts';
import { defined } from '../defined.ts';
import type { FeatureUses } from '../field-reader.ts';
import { type ThinkingWish, thinkingLevels } from '../thinking-suffix.ts';
import { toJsonSchema } from './json-schema.ts';
import { GeminiReader } from './reader.ts';

/** Members that ask for something with some values only. */
const readHere = [
  'candidateCount',
  'responseLogprobs',
  'logprobs',
  'responseMimeType',
  'responseModalities',
  'stopSequences',
];

type Generation = Pick<Conversation, 'sampling' | 'thinking' | 'output'>;

/** Reads `generationConfig`. Throws FieldError. */
export function parseGeneration(body: GeminiReader, uses: FeatureUses): Generation {
  const config = body.child('generationConfig') ?? new GeminiReader({}, body.at('generationConfig'));
  config.note(uses, readHere);
  const sampling = parseSampling(config, uses);
  noteModalities(config, uses);
  return { sampling, ...defined({ thinking: parseThinking(config, uses), output: parseOutput(config, uses) }) };
}

function parseSampling(config: GeminiReader, uses: FeatureUses): Sampling {
  const candidates = config.number('candidateCount');
  const logprobs = config.boolean('responseLogprobs');
  const stop = config.strings('stopSequences');
  if ((candidates ?? 1) > 1) uses.add('candidates', config.at('candidateCount'));
  if (logprobs) uses.add('logprobs', config.at('responseLogprobs'));
  if (stop && stop.length > 0) uses.add('stop', config.at('stopSequences'));
  return defined({
    maxOutputTokens: positive(config, 'maxOutputTokens'),
    temperature: config.number('temperature'),
    topP: config.number('topP'),
    topK: config.number('topK'),
    stop,
    seed: config.number('seed'),
    presencePenalty: config.number('presencePenalty'),
    frequencyPenalty: config.number('frequencyPenalty'),
    candidates,
    logprobs,
    topLogprobs: config.number('logprobs'),
  });
}

/** Zero is how the API's own clients write "not set". */
function positive(config: GeminiReader, name: string): number | undefined {
  const value = config.number(name);
  if (value !== undefined && value < 0) throw config.wrong(name, 'a positive number');
  return value === 0 ? undefined : value;
}

function noteModalities(config: GeminiReader, uses: FeatureUses): void {
  const wanted = config.strings('responseModalities') ?? [];
  if (wanted.some((one) => !/^(TEXT|MODALITY_UNSPECIFIED)$/i.test(one)))
    uses.add('media-output', config.at('responseModalities'));
}

/** Thoughts are shown to those who ask for them, and to nobody else. */
function parseThinking(config: GeminiReader, uses: FeatureUses): ThinkingRequest | undefined {
  const thinking = config.child('thinkingConfig');
  if (!thinking) return undefined;
  const visible = thinking.boolean('includeThoughts') ?? false;
  thinking.note(uses, visible ? [] : ['includeThoughts']);
  const wish = levelWish(thinking) ?? budgetWish(thinking.number('thinkingBudget')) ?? { kind: 'auto' };
  return { wish, visible };
}

function levelWish(thinking: GeminiReader): ThinkingWish | undefined {
  const asked = thinking.string('thinkingLevel')?.toLowerCase();
  if (asked === undefined || asked === 'thinking_level_unspecified') return undefined;
  const level = thinkingLevels.find((known) => known === asked);
  if (!level) throw thinking.wrong('thinkingLevel', 'minimal, low, medium or high');
  return { kind: 'level', level };
}

function budgetWish(tokens: number | undefined): ThinkingWish | undefined {
  if (tokens === undefined) return undefined;
  if (tokens < 0) return { kind: 'auto' };
  return tokens === 0 ? { kind: 'none' } : { kind: 'budget', tokens };
}

function parseOutput(config: GeminiReader, uses: FeatureUses): OutputShape | undefined {
  const type = config.string('responseMimeType')?.toLowerCase() ?? '';
  const schema = (config.child('responseJsonSchema') ?? config.child('responseSchema'))?.object;
  if (type === 'application/json' || (type === '' && schema)) {
    if (schema) return { kind: 'schema', schema: toJsonSchema(schema) };
    uses.add('json-output', config.at('responseMimeType'));
    return { kind: 'json' };
  }
  // A value without quotes (text/x.enum), sound, pictures: no other format has a word for them.
  if (type !== '' && type !== 'text/plain') uses.add('media-output', config.at('responseMimeType'));
  return undefined;
}

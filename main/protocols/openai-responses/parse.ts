import type { Conversation, OutputShape, Sampling, ThinkingRequest } from '../conversation.ts';
import { defined } from '../defined.ts';
import { FieldError } from '../features.ts';
import { FeatureUses, FieldReader } from '../field-reader.ts';
import { type ThinkingWish, thinkingLevels } from '../thinking-suffix.ts';
import type { IncomingRequest } from '../translator.ts';
import { responsesFields } from './fields.ts';
import { parseInput } from './parse-input.ts';
import { parseToolChoice, parseTools } from './parse-tools.ts';

/** Members whose values decide what they ask for. */
const valueDependent = [
  'instructions',
  'tool_choice',
  'parallel_tool_calls',
  'top_logprobs',
  'include',
  'truncation',
  'store',
  'background',
  'service_tier',
  'metadata',
  'client_metadata',
  'stream_options',
  'previous_response_id',
];

/** Reads a request of the Responses API. Throws FieldError. */
export function parseRequest({ body }: IncomingRequest): Conversation {
  const root = new FieldReader(body);
  const uses = new FeatureUses(responsesFields);
  uses.addMembers(root, valueDependent);
  const model = root.required('model', root.string('model'));
  const input = parseInput(root, uses);
  const tools = [...parseTools(root.children('tools'), uses), ...input.tools];
  noteValues(root, uses);
  const thinking = parseThinking(root, uses);
  const { output, verbosity } = parseText(root, uses);
  return {
    model,
    stream: root.boolean('stream') ?? false,
    system: input.system,
    turns: input.turns,
    tools,
    sampling: parseSampling(root),
    ...defined({
      toolChoice: parseToolChoice(root, uses),
      parallelToolCalls: root.boolean('parallel_tool_calls'),
      thinking,
      output,
      verbosity,
      serviceTier: root.string('service_tier'),
      cacheKey: root.string('prompt_cache_key'),
      user: root.string('safety_identifier') ?? root.string('user'),
      metadata: root.child('metadata')?.object,
    }),
    uses: uses.list(),
  };
}

/** Notes the members that matter only with some values. */
function noteValues(root: FieldReader, uses: FeatureUses): void {
  if (root.boolean('parallel_tool_calls') === false) uses.add('single-tool-call', 'parallel_tool_calls');
  if ((root.number('top_logprobs') ?? 0) > 0) uses.add('logprobs', 'top_logprobs');
  for (const wanted of root.strings('include') ?? []) {
    const feature = responsesFields[`include=${wanted}`] ?? 'include';
    if (feature !== 'structure') uses.add(feature, 'include');
  }
  if ((root.string('truncation') ?? 'disabled') !== 'disabled') uses.add('truncation', 'truncation');
  if (root.boolean('store')) uses.add('store', 'store');
  if (root.boolean('background')) uses.add('background', 'background');
  if (root.string('previous_response_id')) uses.add('previous-response', 'previous_response_id');
  if (!['auto', 'default'].includes(root.string('service_tier') ?? 'auto')) uses.add('service-tier', 'service_tier');
  for (const name of ['metadata', 'client_metadata']) {
    if (Object.keys(root.child(name)?.object ?? {}).length > 0) uses.add('metadata', name);
  }
  const streaming = root.child('stream_options');
  if (streaming) uses.addMembers(streaming);
}

function parseSampling(root: FieldReader): Sampling {
  const topLogprobs = root.number('top_logprobs');
  return defined({
    maxOutputTokens: root.number('max_output_tokens'),
    temperature: root.number('temperature'),
    topP: root.number('top_p'),
    topLogprobs: topLogprobs === 0 ? undefined : topLogprobs,
    logprobs: (root.strings('include') ?? []).includes('message.output_text.logprobs') || undefined,
  });
}

/** Without a summary the thinking of this format stays hidden. */
function parseThinking(root: FieldReader, uses: FeatureUses): ThinkingRequest | undefined {
  const reasoning = root.child('reasoning');
  if (!reasoning) return undefined;
  uses.addMembers(reasoning);
  const asked = reasoning.string('summary') ?? reasoning.string('generate_summary') ?? 'none';
  const wish = wishOf(reasoning);
  if (asked === 'none') return { wish, visible: false };
  const summary = asked === 'concise' || asked === 'detailed' ? asked : 'auto';
  return { wish, visible: true, summary };
}

function wishOf(reasoning: FieldReader): ThinkingWish {
  const effort = reasoning.string('effort')?.toLowerCase();
  if (effort === undefined) return { kind: 'auto' };
  if (effort === 'none') return { kind: 'none' };
  const level = thinkingLevels.find((known) => known === effort);
  if (level) return { kind: 'level', level };
  throw reasoning.wrong('effort', ['none', ...thinkingLevels].join(', '));
}

function parseText(root: FieldReader, uses: FeatureUses): Pick<Partial<Conversation>, 'output' | 'verbosity'> {
  const text = root.child('text');
  if (!text) return {};
  uses.addMembers(text);
  const format = text.child('format');
  return defined({ output: format && parseFormat(format, uses), verbosity: verbosityOf(text) });
}

function verbosityOf(text: FieldReader): Conversation['verbosity'] {
  const verbosity = text.string('verbosity');
  if (verbosity === undefined || verbosity === 'low' || verbosity === 'medium' || verbosity === 'high')
    return verbosity;
  throw text.wrong('verbosity', 'low, medium or high');
}

function parseFormat(format: FieldReader, uses: FeatureUses): OutputShape | undefined {
  const type = format.required('type', format.string('type'));
  if (type === 'text') return undefined;
  if (type === 'json_object') {
    uses.add('json-output', format.path);
    return { kind: 'json' };
  }
  if (type !== 'json_schema') throw new FieldError(format.at('type'), `${format.at('type')} is not known: ${type}`);
  uses.add('schema-output', format.path);
  // Nested where clients write it as for the Chat format.
  const source = format.child('json_schema') ?? format;
  const schema = source.required('schema', source.child('schema')).object;
  return {
    kind: 'schema',
    schema,
    ...defined({
      name: source.string('name'),
      description: source.string('description'),
      strict: source.boolean('strict'),
    }),
  };
}

import type { Conversation, OutputShape, Sampling, ThinkingRequest } from '../conversation.ts';
import { defined } from '../defined.ts';
import { FeatureUses, FieldReader } from '../field-reader.ts';
import { type ThinkingWish, thinkingLevels } from '../thinking-suffix.ts';
import type { IncomingRequest } from '../translator.ts';
import { anthropicFields } from './fields.ts';
import { parseMessages, parseSystem } from './parse-messages.ts';
import { parseToolChoice, parseTools } from './parse-tools.ts';

/** Members whose values decide what they ask for: they are read one by one. */
const readHere = [
  'system',
  'tool_choice',
  'thinking',
  'output_config',
  'output_format',
  'stop_sequences',
  'metadata',
  'service_tier',
  'speed',
  'mcp_servers',
];

/** Reads a request of the Messages API, or of its count of tokens. Throws FieldError. */
export function parseAnthropic({ body: json, model, stream }: IncomingRequest): Conversation {
  const body = new FieldReader(json);
  const uses = new FeatureUses(anthropicFields);
  const turns = parseMessages(body, uses);
  const system = parseSystem(body, uses);
  uses.addMembers(body, readHere);
  if (body.children('mcp_servers').length > 0) uses.add('mcp', 'mcp_servers');
  const tools = parseTools(body, uses);
  return {
    model: model ?? body.required('model', body.string('model')),
    stream: stream ?? body.boolean('stream') ?? false,
    system,
    turns,
    tools,
    ...parseToolChoice(body, uses),
    sampling: parseSampling(body, uses),
    ...defined({
      thinking: parseThinking(body, uses),
      output: parseOutput(body, uses),
      serviceTier: parseTier(body, uses),
      user: parseUser(body, uses),
    }),
    uses: uses.list(),
  };
}

function parseSampling(body: FieldReader, uses: FeatureUses): Sampling {
  const stop = body.strings('stop_sequences') ?? [];
  if (stop.length > 0) uses.add('stop', 'stop_sequences');
  return defined({
    maxOutputTokens: body.number('max_tokens'),
    temperature: body.number('temperature'),
    topP: body.number('top_p'),
    topK: body.number('top_k'),
    stop: stop.length > 0 ? stop : undefined,
  });
}

function parseThinking(body: FieldReader, uses: FeatureUses): ThinkingRequest | undefined {
  const thinking = body.child('thinking');
  const config = body.child('output_config');
  if (config) uses.addMembers(config, ['format', 'effort']);
  const effort = parseEffort(config);
  const wish = wishOf(thinking, effort);
  if (!wish) return undefined;
  uses.add('thinking', thinking ? 'thinking' : 'output_config.effort');
  const display = thinking?.string('display');
  if (display === undefined) return { wish };
  uses.add('thinking-summary', 'thinking.display');
  return { wish, visible: display !== 'omitted' };
}

function parseEffort(config: FieldReader | undefined): ThinkingWish | undefined {
  const effort = config?.string('effort');
  if (!config || effort === undefined) return undefined;
  const level = thinkingLevels.find((known) => known === effort);
  if (!level) throw config.wrong('effort', `one of ${thinkingLevels.join(', ')}`);
  return { kind: 'level', level };
}

/** The effort says how much, where thinking is not off or counted in tokens. */
function wishOf(thinking: FieldReader | undefined, effort: ThinkingWish | undefined): ThinkingWish | undefined {
  if (!thinking) return effort;
  const type = thinking.required('type', thinking.string('type'));
  switch (type) {
    case 'disabled':
      return { kind: 'none' };
    case 'adaptive':
      return effort ?? { kind: 'auto' };
    case 'enabled': {
      const tokens = thinking.required('budget_tokens', thinking.number('budget_tokens'));
      return effort ?? { kind: 'budget', tokens };
    }
    default:
      throw thinking.wrong('type', 'enabled, adaptive or disabled');
  }
}

/** `output_format` is what the field was called at first. */
function parseOutput(body: FieldReader, uses: FeatureUses): OutputShape | undefined {
  const config = body.child('output_config');
  const owner = config?.has('format') ? config : body;
  const format = config?.child('format') ?? body.child('output_format');
  if (!format) return undefined;
  if (format.string('type') !== 'json_schema') throw format.wrong('type', 'json_schema');
  uses.add('schema-output', owner.at(owner === body ? 'output_format' : 'format'));
  return { kind: 'schema', schema: format.required('schema', format.child('schema')).object, strict: true };
}

function parseTier(body: FieldReader, uses: FeatureUses): string | undefined {
  const speed = body.string('speed');
  if (speed === 'fast') {
    uses.add('service-tier', 'speed');
    return 'priority';
  }
  const tier = body.string('service_tier');
  if (tier === undefined || tier === 'auto') return undefined;
  uses.add('service-tier', 'service_tier');
  return tier === 'standard_only' ? 'default' : tier;
}

function parseUser(body: FieldReader, uses: FeatureUses): string | undefined {
  const metadata = body.child('metadata');
  const user = metadata?.string('user_id');
  if (metadata && user) uses.add('user', metadata.at('user_id'));
  return user || undefined;
}

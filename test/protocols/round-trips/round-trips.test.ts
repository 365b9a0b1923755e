import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Conversation, Part } from '../../../main/protocols/conversation.ts';
import { isJsonObject, type JsonObject, parseExact, stringifyExact } from '../../../main/protocols/exact-json.ts';
import { translators } from '../../../main/protocols/index.ts';
import { translateRequest } from '../../../main/protocols/translation/request.ts';
import { type WireFormatId, wireFormats } from '../../../main/protocols/wire-format.ts';
import { claudeDialect } from '../../../main/providers/claude/dialect.ts';

// Conversations as clients of each format sent them; what they become in each other format is kept beside them.
const here = new URL('.', import.meta.url);
const recorded = (format: WireFormatId) => objectIn(readFileSync(new URL(`recorded/${format}.json`, here), 'utf8'));

/** A model of each format that takes whatever these conversations ask for. */
const models: Readonly<Record<WireFormatId, string>> = {
  anthropic: 'claude-sonnet-4-5',
  'openai-chat': 'gpt-4.1',
  'openai-responses': 'gpt-4.1',
  gemini: 'gemini-2.5-pro',
};

function objectIn(text: string): JsonObject {
  const value = parseExact(text);
  if (!isJsonObject(value)) throw new TypeError('No request is anything but an object');
  return value;
}

function parse(format: WireFormatId, body: JsonObject): Conversation {
  const request = { body, operation: 'generate' as const, path: '/', model: models[format], stream: false };
  return translators[format].parse(request);
}

function render(format: WireFormatId, conversation: Conversation): JsonObject {
  const dialect = format === 'anthropic' ? claudeDialect(models.anthropic) : translators[format].dialect;
  const target = { dialect, model: models[format], maxOutput: 8192, stream: false };
  return objectIn(stringifyExact(translateRequest(conversation, translators[format], target).body));
}

/** What a conversation says, without what formats word differently: how turns are cut, ids of calls, where results lie. */
function meaning({ system, turns, tools, sampling }: Conversation) {
  const ids = new Map<string, string>();
  const calls = turns.flatMap(({ parts }) => parts.filter((part) => part.kind === 'tool-call'));
  for (const { id } of calls) ids.set(id, `call ${ids.size}`);
  return {
    system: system.map(({ text }) => text).join('\n'),
    said: turns.flatMap((turn) => turn.parts.map((part) => `${turn.role}: ${spoken(part, ids)}`)),
    tools: tools.map((tool) => ('name' in tool ? tool.name : tool.kind)).sort(),
    temperature: sampling.temperature,
    maxOutputTokens: sampling.maxOutputTokens,
  };
}

function spoken(part: Part, ids: ReadonlyMap<string, string>): string {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'tool-call':
      return `${ids.get(part.id)} ${part.name} ${plainInput(part.input)}`;
    case 'tool-result':
      return `${ids.get(part.callId)} ${part.parts.map((inner) => spoken(inner, ids)).join('')}`;
    case 'image':
      return part.source.kind === 'data' ? `${part.source.mediaType} ${part.source.data}` : part.source.kind;
    default:
      return part.kind;
  }
}

/** A custom tool's text may travel as an argument. */
function plainInput(input: string): string {
  try {
    const value = parseExact(input);
    if (!isJsonObject(value)) return input;
    const { input: text, ...others } = value;
    return typeof text === 'string' && Object.keys(others).length === 0 ? text : stringifyExact(value);
  } catch {
    return input;
  }
}

/** A failed tool is told by words where there is no field for it. */
const withoutMarks = (text: string) => text.replaceAll('[tool error] ', '');

const directions = wireFormats.flatMap((from) =>
  wireFormats.filter((to) => to !== from).map((to) => [from, to] as const),
);

test.each(directions)('a conversation of %s goes through %s and back with its meaning', async (from, to) => {
  const before = parse(from, recorded(from));
  const between = render(to, before);
  await expect(`${JSON.stringify(JSON.parse(stringifyExact(between)), null, 2)}\n`).toMatchFileSnapshot(
    `golden/${from}-to-${to}.json`,
  );
  const after = parse(from, render(from, parse(to, between)));
  const [kept, original] = [meaning(after), meaning(before)];
  expect(kept.said.map(withoutMarks)).toEqual(original.said);
  expect({ ...kept, said: [] }).toEqual({ ...original, said: [] });
});

test.each(wireFormats)('a conversation of %s is read the same however often it is written', (format) => {
  const before = parse(format, recorded(format));
  const after = parse(format, render(format, before));
  expect(meaning(after)).toEqual(meaning(before));
});

import { isObject, type JsonObject, objectsIn } from '../json.ts';
import type { MessageReply } from './replies.ts';

/** A call of the tool that the request forces, with `text` in its string fields; undefined when it forces none. */
export function forcedToolReply(body: JsonObject, text: string): MessageReply | undefined {
  const choice = body.tool_choice;
  if (!isObject(choice) || (choice.type !== 'tool' && choice.type !== 'any')) return undefined;
  const tool = objectsIn(body.tools).find(({ name }) => choice.type === 'any' || name === choice.name);
  if (!tool) return undefined;
  return { kind: 'message', toolCalls: [{ name: String(tool.name), input: inputFor(tool.input_schema, text) }] };
}

/** Input that fits the schema. */
function inputFor(schema: unknown, text: string): JsonObject {
  if (!isObject(schema) || !isObject(schema.properties)) return {};
  return Object.fromEntries(
    Object.entries(schema.properties).map(([name, property]) => [name, valueFor(property, text)]),
  );
}

function valueFor(schema: unknown, text: string): unknown {
  if (!isObject(schema)) return text;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (schema.type === 'boolean') return true;
  if (schema.type === 'number' || schema.type === 'integer') return 1;
  if (schema.type === 'array') return [];
  return schema.type === 'object' ? inputFor(schema, text) : text;
}

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object entries of a list; empty when the value is no list. */
export function objectsIn(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Levels of nesting beyond which no service reads a body. */
const deepest = 1000;

/** Parsed JSON; undefined when the text is none, or nested as no service reads it. */
export function parseBody(text: string): unknown {
  const value = parseJson(text);
  return isDeep(value) ? undefined : value;
}

/** Goes level by level: recursion, such as that of JSON.stringify, ends where the stack does. */
function isDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; depth <= deepest && level.length > 0; depth++)
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  return level.length > 0;
}

/** Parsed JSON, or undefined when the text is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

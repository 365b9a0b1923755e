import { isJsonObject, type Json, type JsonObject } from '../exact-json.ts';
import { listOf, objectOf } from '../json-values.ts';

/** A schema without references, one `allOf` less; `seen` are the references that led here. */
export interface Resolved {
  schema: JsonObject;
  seen: readonly string[];
}

/**
 * Follows local references of a schema and takes `allOf` apart. A reference that leads back to itself, or nowhere, becomes
 * an object whose description names it.
 */
export class SchemaParts {
  readonly #root: JsonObject;

  constructor(root: JsonObject) {
    this.#root = root;
  }

  resolve(value: Json | undefined, seen: readonly string[]): Resolved {
    const schema = schemaOf(value);
    const { $ref: ref, allOf, ...own } = schema;
    if (typeof ref === 'string') return this.#follow(ref, { ...own, ...(allOf === undefined ? {} : { allOf }) }, seen);
    if (!Array.isArray(allOf)) return { schema: own, seen };
    const parts = allOf.map((part) => this.resolve(part, seen));
    const merged = parts.reduce((sum, part) => mergeSchemas(sum, part.schema), own);
    return { schema: merged, seen: [...new Set(parts.flatMap((part) => part.seen).concat(seen))] };
  }

  #follow(ref: string, siblings: JsonObject, seen: readonly string[]): Resolved {
    const target = seen.includes(ref) ? undefined : this.#lookUp(ref);
    if (target === undefined) {
      const name = ref.slice(ref.lastIndexOf('/') + 1);
      return { schema: { type: 'object', description: `(see ${name})`, ...siblings }, seen };
    }
    const followed = this.resolve(target, [...seen, ref]);
    const { schema } = this.resolve(siblings, seen);
    return { schema: mergeSchemas(schema, followed.schema), seen: followed.seen };
  }

  /** RFC 6901, within this schema. */
  #lookUp(ref: string): Json | undefined {
    if (!ref.startsWith('#')) return undefined;
    let value: Json | undefined = this.#root;
    for (const step of ref.slice(1).split('/').slice(1)) {
      const name = unescaped(step);
      if (Array.isArray(value)) value = value[Number(name)];
      else if (isJsonObject(value) && Object.hasOwn(value, name)) value = value[name];
      else return undefined;
    }
    return value;
  }
}

/** `true` and anything that is no schema allow everything, and so does the empty schema. */
export function schemaOf(value: Json | undefined): JsonObject {
  if (typeof value === 'string') return { type: value };
  return objectOf(value);
}

/** Both schemas at once; where only one can be said, the first one's word counts. */
export function mergeSchemas(first: JsonObject, second: JsonObject): JsonObject {
  const required = [...listOf(first.required), ...listOf(second.required)];
  const described = [first.description, second.description].filter((text) => typeof text === 'string' && text !== '');
  return {
    ...second,
    ...first,
    ...(isJsonObject(first.properties) && isJsonObject(second.properties)
      ? { properties: mergeProperties(first.properties, second.properties, 'allOf') }
      : {}),
    ...(required.length > 0 ? { required } : {}),
    ...(described.length > 0 ? { description: [...new Set(described)].join(' ') } : {}),
  };
}

/** Properties of either; what both have is joined by `word`. */
export function mergeProperties(first: JsonObject, second: JsonObject, word: 'allOf' | 'anyOf'): JsonObject {
  const both = Object.entries(second).map(([name, value]): [string, Json] => {
    const known = Object.hasOwn(first, name) ? first[name] : undefined;
    return [name, known === undefined ? value : { [word]: [known, value] }];
  });
  return Object.fromEntries([...Object.entries(first), ...both]);
}

function unescaped(step: string): string {
  const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

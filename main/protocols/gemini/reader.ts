import { isJsonObject, type Json, type JsonObject } from '../exact-json.ts';
import { FieldError } from '../features.ts';
import { type FeatureUses, FieldReader } from '../field-reader.ts';
import { featureOf } from './fields.ts';

/**
 * Reads members by their camel case names in whichever spelling the client has used, as the API does (ProtoJSON takes
 * both); what is reported or refused carries the client's own.
 */
export class GeminiReader extends FieldReader {
  override at(name: string): string {
    return super.at(this.#spelling(name));
  }

  override raw(name: string): Json | undefined {
    return super.raw(this.#spelling(name));
  }

  override child(name: string): GeminiReader | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (isJsonObject(value)) return new GeminiReader(value, this.at(name));
    throw this.wrong(name, 'an object');
  }

  override children(name: string): GeminiReader[] {
    return (this.list(name) ?? []).map((item, index) => readerOf(item, `${this.at(name)}[${index}]`));
  }

  /** A number; the API takes whole ones as strings too (ProtoJSON writes 64-bit ones so). */
  override number(name: string): number | undefined {
    const value = this.raw(name);
    if (typeof value === 'string' && /^-?\d{1,15}$/.test(value)) return Number(value);
    return super.number(name);
  }

  /** Adds what the members ask for, but for those in `except`, which are read by the caller for their values. */
  note(uses: FeatureUses, except: readonly string[] = []): void {
    const readElsewhere = new Set(except.map((name) => this.#spelling(name)));
    for (const name of Object.keys(this.object)) {
      if (readElsewhere.has(name) || !this.has(name)) continue;
      const feature = featureOf(this.at(name));
      if (feature !== 'structure') uses.add(feature, this.at(name));
    }
  }

  #spelling(name: string): string {
    if (Object.hasOwn(this.object, name)) return name;
    const other = snakeCase(name);
    return Object.hasOwn(this.object, other) ? other : name;
  }
}

/** Throws FieldError for anything but an object. */
export function readerOf(value: Json | undefined, path: string): GeminiReader {
  if (isJsonObject(value)) return new GeminiReader(value as JsonObject, path);
  throw new FieldError(path, `${path} must be an object`);
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

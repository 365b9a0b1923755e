import { isDeepStrictEqual } from 'node:util';
import { type Document, isMap, isScalar, type Scalar, stringify } from 'yaml';
import type { SettingChange } from './store.ts';
import { parseSettingsDocument } from './yaml-source.ts';

/**
 * Applies changes to a YAML text. Everything else stays: comments, order, and for a single value that replaces another
 * one even the spacing. `yamlText` must be valid YAML with a block of keys, or empty.
 */
export function editYaml(yamlText: string, changes: readonly SettingChange[]): string {
  return changes.reduce((text, change) => replaceScalar(text, change) ?? editDocument(text, change), yamlText);
}

/** Puts the new value in the place of the old one. Undefined when that is not possible or would not have the wanted effect. */
function replaceScalar(text: string, { path, value }: SettingChange): string | undefined {
  const document = parseSettingsDocument(text);
  const node = document.getIn(path, true);
  if (!isScalar(node) || !node.range || node.anchor || node.tag || !isSingleValue(value)) return undefined;
  const [start, end] = node.range;
  // A block scalar (| or >) and a key without a value have no place of their own on the line.
  if (end <= start || node.type?.startsWith('BLOCK')) return undefined;
  const edited = text.slice(0, start) + scalarText(value, node) + text.slice(end);
  const wanted = changed(document, path, value).toJS();
  const result = parseSettingsDocument(edited);
  return result.errors.length === 0 && isDeepStrictEqual(result.toJS(), wanted) ? edited : undefined;
}

/** In the kind of quotes that the old value has. */
function scalarText(value: string | number | boolean, { type }: Scalar): string {
  const quoted = type === 'QUOTE_SINGLE' || type === 'QUOTE_DOUBLE';
  return stringify(value, { lineWidth: 0, defaultStringType: quoted ? type : 'PLAIN' }).trimEnd();
}

function editDocument(text: string, { path, value }: SettingChange): string {
  const document = changed(parseSettingsDocument(text), path, value);
  const indent = /^( +)\S/m.exec(text)?.[1]?.length ?? 2;
  const indentSeq = !/^([\w-]+):[^\n]*\n- /m.test(text);
  return document.toString({ lineWidth: 0, indent: Math.min(indent, 8), indentSeq });
}

function changed(document: Document, path: string[], value: unknown): Document {
  if (value === undefined) {
    if (hasBlocks(document, path)) document.deleteIn(path);
    return document;
  }
  makeBlocks(document, path);
  document.setIn(path, isSingleValue(value) ? value : document.createNode(value));
  return document;
}

/** `ampcode:` without a value is no block yet, and nothing can be put into it. */
function makeBlocks(document: Document, path: string[]): void {
  if (!isMap(document.contents)) document.contents = document.createNode({});
  path.slice(0, -1).forEach((_, index) => {
    const outer = path.slice(0, index + 1);
    if (!isMap(document.getIn(outer, true))) document.setIn(outer, document.createNode({}));
  });
}

function hasBlocks(document: Document, path: string[]): boolean {
  return path.every((_, index) => isMap(index === 0 ? document.contents : document.getIn(path.slice(0, index), true)));
}

function isSingleValue(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

import type { Feature, FieldTable } from './features.ts';

/** The rows of what lies within a member. */
export function under(prefix: string, fields: FieldTable): FieldTable {
  return Object.fromEntries(Object.entries(fields).map(([name, feature]) => [`${prefix}.${name}`, feature]));
}

/** A field's path as the tables have it: `messages[2].content` is `messages[].content` there. */
export function tablePath(field: string): string {
  return field.replaceAll(/\[\d+\]/g, '[]');
}

/** What a member asks for, by its path in a table. Clients choose names: `constructor` is no row of it. */
export function featureIn(table: FieldTable, path: string): Feature | 'structure' {
  return (Object.hasOwn(table, path) ? table[path] : undefined) ?? 'unknown';
}

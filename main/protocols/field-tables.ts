import type { FieldTable } from './features.ts';

/** The rows of what lies within a member. */
export function under(prefix: string, fields: FieldTable): FieldTable {
  return Object.fromEntries(Object.entries(fields).map(([name, feature]) => [`${prefix}.${name}`, feature]));
}

/** A field's path as the tables have it: `messages[2].content` is `messages[].content` there. */
export function tablePath(field: string): string {
  return field.replaceAll(/\[\d+\]/g, '[]');
}

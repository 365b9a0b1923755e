import type { ModelAliasView, ModelChainView, ModelMappingView, ModelsView } from '../../preload/models-view.ts';
import { text } from '../text/en.ts';

/** A rule's fields as they are typed. */
export type Draft = Readonly<Record<string, string | boolean>>;

export type FieldSpec =
  | { name: string; kind: 'text'; label: string; hint?: string }
  | { name: string; kind: 'choice'; label: string; options: readonly { value: string; label: string }[] }
  | { name: string; kind: 'check'; label: string };

/** How rules of one kind are shown and edited. */
export interface RuleForm<T> {
  heading: string;
  hint: string;
  empty: string;
  fields: readonly FieldSpec[];
  blank: Draft;
  draftOf(row: T): Draft;
  rowOf(draft: Draft): T;
  /** The rule in one line. */
  lineOf(row: T): string;
  /** What else holds of it. */
  noteOf(row: T): string | undefined;
}

const { aliases, mappings, chains } = text.models.rules;

const textIn = (draft: Draft, name: string): string => String(draft[name] ?? '').trim();

/** Text fields that hold nothing. */
export function missingFields(fields: readonly FieldSpec[], draft: Draft): string[] {
  return fields.flatMap(({ kind, name }) => (kind !== 'check' && isEmpty(textIn(draft, name)) ? [name] : []));
}

/** Commas alone say nothing either. */
function isEmpty(value: string): boolean {
  return value.replaceAll(',', '').trim() === '';
}

export const mappingForm: RuleForm<ModelMappingView> = {
  ...mappings,
  fields: [
    { name: 'from', kind: 'text', label: mappings.from },
    { name: 'to', kind: 'text', label: mappings.to },
    { name: 'regex', kind: 'check', label: mappings.regex },
  ],
  blank: { from: '', to: '', regex: false },
  draftOf: ({ from, to, regex }) => ({ from, to, regex }),
  rowOf: (draft) => ({ from: textIn(draft, 'from'), to: textIn(draft, 'to'), regex: draft.regex === true }),
  lineOf: ({ from, to }) => mappings.row(from, to),
  noteOf: ({ regex }) => (regex ? mappings.isRegex : undefined),
};

export const chainForm: RuleForm<ModelChainView> = {
  ...chains,
  fields: [
    { name: 'model', kind: 'text', label: chains.model },
    { name: 'to', kind: 'text', label: chains.to, hint: chains.toHint },
  ],
  blank: { model: '', to: '' },
  draftOf: ({ model, to }) => ({ model, to: to.join(', ') }),
  rowOf: (draft) => ({
    model: textIn(draft, 'model'),
    to: textIn(draft, 'to')
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean),
  }),
  lineOf: ({ model, to }) => chains.row(model, to),
  noteOf: () => undefined,
};

/** Aliases belong to a provider: those that have accounts are offered. */
export function aliasForm(providers: ModelsView['providers']): RuleForm<ModelAliasView> {
  const labelOf = (id: string) => providers.find((one) => one.id === id)?.label ?? id;
  return {
    ...aliases,
    fields: [
      {
        name: 'provider',
        kind: 'choice',
        label: aliases.provider,
        options: providers.map(({ id, label }) => ({ value: id, label })),
      },
      { name: 'name', kind: 'text', label: aliases.model },
      { name: 'alias', kind: 'text', label: aliases.alias },
      { name: 'fork', kind: 'check', label: aliases.fork },
    ],
    blank: { provider: providers[0]?.id ?? '', name: '', alias: '', fork: true },
    draftOf: ({ provider, name, alias, fork }) => ({ provider, name, alias, fork }),
    rowOf: (draft) => ({
      provider: textIn(draft, 'provider'),
      name: textIn(draft, 'name'),
      alias: textIn(draft, 'alias'),
      fork: draft.fork === true,
    }),
    lineOf: ({ provider, name, alias }) => aliases.row(alias, name, labelOf(provider)),
    noteOf: ({ fork }) => (fork ? undefined : aliases.only),
  };
}

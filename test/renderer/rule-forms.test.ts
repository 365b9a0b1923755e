import { expect, test } from 'vitest';
import { modelRules } from '../../preload/models-view.ts';
import { distinctKeys } from '../../renderer/models/distinct-keys.ts';
import { aliasForm, chainForm, mappingForm, missingFields } from '../../renderer/models/rule-forms.ts';

const aliases = aliasForm([{ id: 'claude', label: 'Claude' }]);

test('lines that repeat themselves are told apart', () => {
  expect(distinctKeys(['a', 'b', 'a', 'a'])).toEqual(['a', 'b', 'a (2)', 'a (3)']);
});

test('rules survive being edited', () => {
  const mapping = { from: 'gpt-.*', to: 'claude-opus-5(high)', regex: true };
  const alias = { provider: 'claude', name: 'claude-opus-5', alias: 'best', fork: false };
  const chain = { model: 'gpt-5', to: ['claude-opus-5', 'amp'] };
  expect(mappingForm.rowOf(mappingForm.draftOf(mapping))).toEqual(mapping);
  expect(aliases.rowOf(aliases.draftOf(alias))).toEqual(alias);
  expect(chainForm.rowOf(chainForm.draftOf(chain))).toEqual(chain);
  expect(modelRules.safeParse({ mappings: [mapping], aliases: [alias], chains: [chain] }).success).toBe(true);
});

test('a chain is read from a list with commas', () => {
  expect(chainForm.rowOf({ model: ' gpt-5 ', to: ' a,, b ,' })).toEqual({ model: 'gpt-5', to: ['a', 'b'] });
});

test('rules are shown in one line, with what else holds of them', () => {
  const alias = { provider: 'claude', name: 'claude-opus-5', alias: 'best', fork: false };
  expect([aliases.lineOf(alias), aliases.noteOf(alias)]).toEqual(['best → claude-opus-5 (Claude)', 'own name hidden']);
  expect(chainForm.lineOf({ model: 'a', to: ['b', 'amp'] })).toBe('a → b → amp');
  expect(mappingForm.noteOf({ from: 'a', to: 'b', regex: true })).toBe('regular expression');
});

test('what is left empty is named, as the engine would refuse it', () => {
  expect(missingFields(mappingForm.fields, mappingForm.blank)).toEqual(['from', 'to']);
  expect(missingFields(chainForm.fields, { model: 'a', to: ' , ' })).toEqual(['to']);
  expect(missingFields(aliases.fields, aliases.blank)).toEqual(['name', 'alias']);
  expect(missingFields(aliasForm([]).fields, { ...aliases.blank, name: 'a', alias: 'b', provider: '' })).toEqual([
    'provider',
  ]);
});

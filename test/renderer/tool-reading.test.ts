import { expect, test } from 'vitest';
import type { ToolStatus, ToolView } from '../../preload/tools-view.ts';
import { choicesOf, connectedTools, grouped, sentenceOf } from '../../renderer/tools/tool-reading.ts';

const tool = (status: ToolStatus, more: Partial<ToolView> = {}): ToolView => ({
  id: status,
  label: status,
  status,
  files: [],
  afterwards: '',
  ...more,
});

test.each<[ToolStatus, string[]]>([
  ['connected', ['Restore…']],
  ['outdated', ['Update…', 'Restore…']],
  ['changed', ['Keep theirs', 'Connect again…', 'Put the original back…']],
  ['not-connected', ['Connect…']],
  ['not-installed', []],
  ['unreadable', []],
])('%s offers what fits it', (status, names) => {
  expect(choicesOf(tool(status)).map(({ name }) => name)).toEqual(names);
});

test('writes over what others have changed only by a choice that says so', () => {
  expect(choicesOf(tool('changed')).map(({ action, over }) => [action, over])).toEqual([
    [undefined, false],
    ['connect', true],
    ['restore', true],
  ]);
  expect(choicesOf(tool('outdated')).some(({ over }) => over)).toBe(false);
});

test('says since when, by whom, or what is wrong and what to do', () => {
  const noon = Date.parse('2026-11-21T12:00:00Z');
  expect(sentenceOf(tool('connected', { since: noon }), noon)).toMatch(/^Since \d\d:\d\d\.$/);
  expect(sentenceOf(tool('connected'), noon)).toBe('Its owner has pointed it here by hand.');
  expect(sentenceOf(tool('unreadable', { problem: { message: 'A is no JSON.', fix: 'Put it right.' } }), noon)).toBe(
    'A is no JSON. Put it right.',
  );
});

test('sets apart what is not there, and counts as connected what points here or did', () => {
  const all = (['connected', 'outdated', 'changed', 'not-connected', 'not-installed', 'unreadable'] as const).map(
    (status) => tool(status),
  );
  expect(grouped(all).absent.map(({ id }) => id)).toEqual(['not-installed']);
  expect(connectedTools(all).map(({ id }) => id)).toEqual(['connected', 'outdated', 'changed']);
});

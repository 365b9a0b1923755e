import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Part, ToolCallPart, ToolResultPart, Turn } from '../../main/protocols/conversation.ts';
import { mergeNeighbours, repairTurns } from '../../main/protocols/turns.ts';
import { assistant, system, text, user } from './conversations.ts';

const call = (id: string, input = '{}'): ToolCallPart => ({ kind: 'tool-call', id, name: 'read', input });
const result = (callId: string, words: string): ToolResultPart => ({
  kind: 'tool-result',
  callId,
  parts: [{ kind: 'text', text: words }],
});

describe('mergeNeighbours', () => {
  it('joins turns of one role and leaves the given ones alone', () => {
    const given = [user(text('a')), user(text('b')), assistant(text('c'))];
    expect(mergeNeighbours(given)).toEqual([user(text('a'), text('b')), assistant(text('c'))]);
    expect(given[0]).toEqual(user(text('a')));
  });
});

describe('repairTurns', () => {
  it('drops empty parts and turns, and joins what they kept apart', () => {
    const unsigned: Part = { kind: 'thinking', text: '' };
    const signed: Part = { kind: 'thinking', text: '', signature: 'sig' };
    const turns = [user(text('a')), assistant(text(''), unsigned), user(text('b')), assistant(signed, text('c'))];
    expect(repairTurns(turns)).toEqual([user(text('a'), text('b')), assistant(signed, text('c'))]);
  });

  it('moves results directly behind their calls, before other parts of the turn', () => {
    const turns = [
      assistant(call('1'), call('2')),
      system(text('note')),
      user(text('and this'), result('2', 'two')),
      user(result('1', 'one')),
    ];
    expect(repairTurns(turns)).toEqual([
      assistant(call('1'), call('2')),
      user(result('2', 'two'), result('1', 'one')),
      system(text('note')),
      user(text('and this')),
    ]);
  });

  it('brings late results back over turns of the assistant', () => {
    const turns = [assistant(call('1')), user(text('go on')), assistant(text('well')), user(result('1', 'one'))];
    expect(repairTurns(turns)).toEqual([
      assistant(call('1')),
      user(result('1', 'one'), text('go on')),
      assistant(text('well')),
    ]);
  });

  it('keeps the last of several results at the place of the first', () => {
    const turns = [assistant(call('1'), call('2')), user(result('1', 'old'), result('2', 'two'), result('1', 'new'))];
    expect(repairTurns(turns)[1]).toEqual(user(result('1', 'new'), result('2', 'two')));
  });

  it('makes text of results without call, and keeps their pictures', () => {
    const picture: ToolResultPart['parts'][number] = {
      kind: 'image',
      source: { kind: 'url', url: 'https://a.test/b.png' },
    };
    const orphan: ToolResultPart = { ...result('9', 'words'), parts: [{ kind: 'text', text: 'words' }, picture] };
    expect(repairTurns([user(orphan)])).toEqual([user(text('[tool result without call] words'), picture)]);
  });

  it('takes a result before its call for one without call', () => {
    expect(repairTurns([user(result('1', 'early')), assistant(call('1'))])).toEqual([
      user(text('[tool result without call] early')),
      assistant(call('1')),
      user({ ...result('1', '[no result]'), name: 'read' }),
    ]);
  });

  it('says that a call has no result', () => {
    const custom: ToolCallPart = { ...call('1'), custom: true };
    expect(repairTurns([assistant(custom), user(text('stop'))])).toEqual([
      assistant(custom),
      user({ ...result('1', '[no result]'), name: 'read', custom: true }, text('stop')),
    ]);
  });

  it('takes a call that was sent twice once', () => {
    const turns = [assistant(call('1'), call('1')), user(result('1', 'one'))];
    expect(repairTurns(turns)).toEqual([assistant(call('1')), user(result('1', 'one'))]);
  });

  it('tells calls that share an id apart, each with the result that followed it', () => {
    const turns = [
      assistant(call('1', '{"a":1}')),
      user(result('1', 'one')),
      assistant(call('1', '{"a":2}')),
      user(result('1', 'two')),
    ];
    expect(repairTurns(turns)).toEqual([
      assistant(call('1', '{"a":1}')),
      user(result('1', 'one')),
      assistant(call('1_2', '{"a":2}')),
      user(result('1_2', 'two')),
    ]);
  });

  it('gives turns that need no second repair, whatever was sent', () => {
    const id = fc.constantFrom('1', '2', '1_2');
    const words = fc.constantFrom('', 'a', 'b').map(text);
    const calls = fc.tuple(id, fc.constantFrom('{}', '{"a":1}')).map(([one, input]): Part => call(one, input));
    const results = fc.tuple(id, fc.constantFrom('', 'x')).map(([one, said]): Part => result(one, said));
    const turnOf = (role: Turn['role'], part: fc.Arbitrary<Part>) =>
      fc.array(part, { maxLength: 4 }).map((parts): Turn => ({ role, parts }));
    const turn = fc.oneof(
      turnOf('user', fc.oneof(words, results)),
      turnOf('assistant', fc.oneof(words, calls)),
      turnOf('system', words),
    );
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 7 }), (turns) => {
        const repaired = repairTurns(turns);
        expect(repairTurns(repaired)).toEqual(repaired);
        expect(brokenIn(repaired)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

/** Calls whose results are not at the head of the next turn, and equal neighbours. */
function brokenIn(turns: readonly Turn[]): string[] {
  return turns.flatMap(({ role, parts }, index) => {
    const next = turns[index + 1];
    const calls = parts.flatMap((part) => (part.kind === 'tool-call' ? [part.id] : []));
    const head = next?.parts
      .slice(0, calls.length)
      .flatMap((part) => (part.kind === 'tool-result' ? [part.callId] : []));
    const isAnswered = calls.length === 0 || [...calls].sort().join() === [...(head ?? [])].sort().join();
    return [...(isAnswered ? [] : [`calls of turn ${index}`]), ...(next?.role === role ? [`turn ${index} twice`] : [])];
  });
}

import { describe, expect, it } from 'vitest';
import { BodyDraft } from '../../main/protocols/body-draft.ts';

const draft = (json: string) => new BodyDraft(Buffer.from(json));

describe('a body being changed', () => {
  it('is the same buffer when nothing changed', () => {
    const json = Buffer.from('{"a":1}');
    expect(new BodyDraft(json).finish()).toEqual([json]);
  });

  it('keeps every byte that is not changed', () => {
    const body = draft('{ "n" : 1.0e3 ,"a":[1],"x":"\\u0041","y":null }');
    body.set('x', '"B"');
    body.set('new', '2');
    body.remove('n');
    body.remove('absent');
    expect(Buffer.concat(body.finish()).toString()).toBe('{"new":2, "a":[1],"x":"B","y":null }');
  });

  it('stays valid when everything goes and something comes', () => {
    const body = draft('{"a":1,"b":[2]}');
    body.remove('a');
    body.remove('b');
    body.set('c', '3');
    expect(Buffer.concat(body.finish()).toString()).toBe('{"c":3}');
    const gone = draft('{"a":1}');
    gone.remove('a');
    expect(Buffer.concat(gone.finish()).toString()).toBe('{}');
  });

  it('reads members by name', () => {
    const body = draft('{"a":"x\\ny","b":2,"a":"z"}');
    expect([body.text('a'), body.text('b'), body.value('b'), body.value('c')]).toEqual(['z', undefined, 2, undefined]);
  });
});

import { describe, expect, it } from 'vitest';
import { createAccessKeys, presentedCredentials } from '../../main/gateway/access-keys.ts';

describe('presented credentials', () => {
  it('are read from every place in which clients put them, in order', () => {
    const headers = { authorization: 'bearer a', 'x-goog-api-key': 'b', 'x-api-key': 'c' };
    expect(presentedCredentials(headers, 'key=d&auth_token=e&key=f&other=g')).toEqual(['a', 'b', 'c', 'd', 'f', 'e']);
  });

  it('leave out what is empty', () => {
    expect(presentedCredentials({ authorization: 'Bearer ', 'x-api-key': '' }, 'key=')).toEqual([]);
  });

  it('are decoded from the query', () => {
    expect(presentedCredentials({}, 'key=a%2Bb')).toEqual(['a+b']);
  });
});

describe('access keys', () => {
  const keys = createAccessKeys(['first-key', 'second-key']);

  it('find the right one among several presented', () => {
    expect(keys.find(['placeholder', 'second-key'])).toBe('second-key');
  });

  it('refuse prefixes, longer values and other cases', () => {
    for (const wrong of ['first-ke', 'first-key ', 'First-Key', '']) expect(keys.find([wrong]), wrong).toBeUndefined();
  });

  it('know how many there are', () => {
    expect(keys.size).toBe(2);
    expect(createAccessKeys([]).find(['anything'])).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { createBaseUrls } from '../../main/providers/base-url.ts';

describe('a base URL', () => {
  it.each([
    ['https://api.example.com', 'https://api.example.com', ''],
    ['https://api.example.com/', 'https://api.example.com', ''],
    ['http://127.0.0.1:4000/a/b//?x=1', 'http://127.0.0.1:4000', '/a/b'],
  ])('%s splits, each time alike', (text, origin, path) => {
    const baseUrl = createBaseUrls();
    expect(baseUrl(text)).toEqual({ origin, path });
    expect(baseUrl(text)).toEqual({ origin, path });
  });

  it('is still told apart after more of them than are remembered', () => {
    const baseUrl = createBaseUrls();
    for (let port = 1001; port <= 1250; port += 1) expect(baseUrl(`http://a:${port}/`).origin).toBe(`http://a:${port}`);
  });

  it('that is none throws', () => {
    expect(() => createBaseUrls()('example')).toThrow(TypeError);
  });
});

import { expect, it } from 'vitest';
import { relatedUrl } from '../../../main/providers/oauth/related-url.ts';

const standard = 'https://auth.example.com/oauth/token';
const wanted = 'https://www.example.com/api/user?full=1';

it.each([
  [standard, wanted],
  ['https://gateway.corp:8443/oauth/token', 'https://gateway.corp:8443/api/user?full=1'],
  ['https://gateway.corp/openai/oauth/token', 'https://gateway.corp/openai/api/user?full=1'],
  ['https://gateway.corp/other', 'https://gateway.corp/api/user?full=1'],
])('with the token endpoint at %s the other one is at %s', (configured, expected) => {
  expect(relatedUrl(configured, standard, wanted)).toBe(expected);
});

import { expect, it } from 'vitest';
import { hashKey, isForeignHash, isHashedKey, matchesHash } from '../../main/settings/hashed-key.ts';
import { parseSettings } from '../../main/settings/parse.ts';

it('a key is known again by its hash alone, which is another one each time', async () => {
  const [one, other] = await Promise.all([hashKey('correct horse'), hashKey('correct horse')]);
  expect(one).not.toBe(other);
  expect([isHashedKey(one), isHashedKey('correct horse'), one.includes('horse')]).toEqual([true, false, false]);
  expect(await matchesHash('correct horse', one)).toBe(true);
  for (const wrong of ['correct hors', 'Correct horse', '', one]) expect(await matchesHash(wrong, one)).toBe(false);
});

it('a text that is no hash matches nothing', async () => {
  for (const text of ['', 'key', 'scrypt$15$8$3$short$hash', 'scrypt$30$8$3$AAAAAAAAAAAAAAAAAAAAAA$x'])
    expect(await matchesHash(text, text)).toBe(false);
});

it("CLIProxyAPI's hashes are taken for what they are, with a word about them", () => {
  const hash = `$2a$10$${'a'.repeat(53)}`;
  expect([isForeignHash(hash), isForeignHash('$2a key'), isForeignHash('a key')]).toEqual([true, false, false]);
  const result = parseSettings(`remote-management:\n  secret-key: "${hash}"\n`, { file: 'config.yaml' });
  expect(result).toMatchObject({ ok: true, warnings: [{ key: 'remote-management.secret-key', line: 2 }] });
  expect(JSON.stringify(result.ok && result.warnings)).not.toContain('aaaa');
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, mask } from '../../main/journal/redaction.ts';

const token = 'sk-ant-oat01-aB3/+xyz~"quoted"-0123456789';

describe('the redactor', () => {
  it('leaves text alone without secrets, and where none occurs', () => {
    const redactor = createRedactor();
    expect(redactor.scrub('plain text')).toBe('plain text');
    redactor.add(token);
    expect(redactor.scrub('plain text')).toBe('plain text');
    expect(redactor.scrub('')).toBe('');
  });

  it('masks each occurrence; of long secrets the last four characters stay', () => {
    const redactor = createRedactor();
    redactor.add(token);
    redactor.add('short-secret');
    expect(redactor.scrub(`a ${token} b ${token} c short-secret`)).toBe(
      'a [redacted …6789] b [redacted …6789] c [redacted]',
    );
  });

  it('masks the whole of a secret that contains another one', () => {
    const redactor = createRedactor();
    redactor.add('abcdefgh');
    redactor.add('abcdefgh-and-more');
    expect(redactor.scrub('x abcdefgh-and-more y abcdefgh')).toBe('x [redacted] y [redacted]');
  });

  it('ignores secrets below eight characters', () => {
    const redactor = createRedactor();
    redactor.add('information'.slice(0, 7));
    expect(redactor.scrub('information')).toBe('information');
  });

  it('is not misled by characters that mean something in patterns or replacements', () => {
    const redactor = createRedactor();
    redactor.add('a.c$&(d)[e]^');
    redactor.add('$&$1$$abcdefghijklmnopqrstuvwxyz$&$1');
    expect(redactor.scrub('abc$&(d)[e]^ a.c$&(d)[e]^ $&$1$$abcdefghijklmnopqrstuvwxyz$&$1')).toBe(
      'abc$&(d)[e]^ [redacted] [redacted]',
    );
  });

  it('keeps a JSON text valid', () => {
    const redactor = createRedactor();
    const secret = `${'x'.repeat(30)}"\\"`;
    redactor.add(secret);
    expect(JSON.parse(redactor.scrub(JSON.stringify({ secret })))).toEqual({ secret: '[redacted]' });
  });

  it('forgets a secret once it was removed as often as it was added', () => {
    const redactor = createRedactor();
    redactor.add(token);
    redactor.add(token);
    redactor.remove(token);
    expect(redactor.scrub(token)).toBe(mask(token));
    redactor.remove(token);
    redactor.remove(token);
    expect(redactor.scrub(token)).toBe(token);
  });

  it('masks any secret wherever it stands: plain, in JSON, URL-encoded, in base64 at any offset', () => {
    const unit = fc.constantFrom(...'abcXYZ019-_.~+/="\\%ß€\u{1f600} \n');
    fc.assert(
      fc.property(fc.string({ unit, minLength: 12, maxLength: 80 }), fc.string({ maxLength: 7 }), (secret, before) => {
        const redactor = createRedactor();
        redactor.add(secret);
        const user = Buffer.from(`${before}:${secret}:x`, 'utf8');
        const spellings = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
        for (const spelling of spellings) expect(redactor.scrub(`<${spelling}>`)).toBe(`<${mask(secret)}>`);
        for (const encoding of ['base64', 'base64url'] as const) {
          const scrubbed = redactor.scrub(user.toString(encoding));
          expect(scrubbed).toContain(mask(secret));
          expect(Buffer.from(scrubbed.replace(mask(secret), ''), 'base64').toString('utf8')).not.toContain(secret);
        }
      }),
    );
  });

  it('costs little per line with many long secrets', () => {
    const redactor = createRedactor();
    for (let index = 0; index < 30; index++) redactor.add(`${index}-${'token'.repeat(400)}`);
    const line = JSON.stringify({ level: 'info', msg: 'x'.repeat(300) });
    redactor.scrub(line);
    const start = performance.now();
    for (let round = 0; round < 1000; round++) redactor.scrub(line);
    // About 20 ms on a laptop; the limit only catches a change of kind.
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it('finds each of thousands of secrets at the start, in the middle and at the end of a text', () => {
    const redactor = createRedactor();
    const secrets = Array.from(
      { length: 2_000 },
      (_, index) => `${index.toString(36).padStart(8, '~')}${'é🙂x'.repeat(index % 7)}`,
    );
    for (const secret of secrets) redactor.add(secret);
    const around = 'something else that is long enough to hold no secret '.repeat(3);
    expect(redactor.scrub(around)).toBe(around);
    for (const secret of secrets) {
      for (const text of [secret, `${secret}${around}`, `${around}${secret}`, `${around}${secret}${around}`])
        expect(redactor.scrub(text)).toContain('[redacted');
      expect(redactor.scrub(`${around}${secret.slice(0, 7)} ${around}`)).not.toContain('[redacted');
    }
  });
});

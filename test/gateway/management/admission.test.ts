import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createAccessKeys } from '../../../main/gateway/access-keys.ts';
import { type AdmissionDeps, admit } from '../../../main/gateway/management/admission.ts';
import { createBackOff } from '../../../main/gateway/management/back-off.ts';
import { createManagementKey } from '../../../main/gateway/management/management-key.ts';
import { hashKey } from '../../../main/settings/hashed-key.ts';

const key = 'the management key of this test';

async function door(changes: Partial<AdmissionDeps> = {}) {
  const hash = await hashKey(key);
  const deps: AdmissionDeps = {
    token: createAccessKeys(['the-token-of-this-run']),
    key: createManagementKey(() => hash),
    allowsRemote: () => true,
    backOff: createBackOff(() => 0),
    ...changes,
  };
  return (presented: string, peer = '192.0.2.7', more: Record<string, string> = {}) => {
    const headers = { 'x-management-key': presented, ...more };
    return admit({ socket: { remoteAddress: peer }, headers } as unknown as IncomingMessage, deps).catch(
      ({ code }: { code: string }) => code,
    );
  };
}

describe('a caller on another machine', () => {
  it('gets all of its first requests in when they come at once with the right key', async () => {
    const knock = await door();
    expect(await Promise.all(Array.from({ length: 5 }, () => knock(key)))).toEqual(Array(5).fill('key'));
  });

  it('has one key looked at, however many it tries at once', async () => {
    const knock = await door();
    const answers = await Promise.all(['one', 'two', 'three', 'one'].map((guess) => knock(guess)));
    expect(answers).toEqual([
      'management_key_wrong',
      'management_back_off',
      'management_back_off',
      'management_key_wrong',
    ]);
  });

  it('never gets in with the token of this run, or where remote callers are not let in, whatever it claims', async () => {
    const forwarded = { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1', forwarded: 'for=127.0.0.1' };
    expect(await (await door())('the-token-of-this-run', '192.0.2.7', forwarded)).toBe('management_key_wrong');
    const closed = await door({ allowsRemote: () => false });
    expect(await closed(key, '192.0.2.7', forwarded)).toBe('management_remote');
    expect(await closed(key, '::ffff:127.0.0.1')).toBe('key');
    expect(await closed('the-token-of-this-run', '127.0.0.1')).toBe('token');
  });
});

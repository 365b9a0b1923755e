import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { SignInError } from '../../../main/accounts/sign-in/flow.ts';
import { createVertexProvider } from '../../../main/providers/vertex/index.ts';
import { vertexKeyFile } from '../../../main/providers/vertex/key-file.ts';
import { htmlAnswer, jsonAnswer } from '../../upstreams/answer.ts';
import { type Owner, owner } from '../../upstreams/google/owner.ts';

const vertexProvider = createVertexProvider({ userAgent: 'Fusebox/test' });

const email = 'svc@team-1.iam.gserviceaccount.com';
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = (type: 'pkcs8' | 'pkcs1') => pair.privateKey.export({ type, format: 'pem' }).toString();
const keyFile = {
  type: 'service_account',
  project_id: 'team-1',
  private_key_id: 'key-1',
  private_key: pem('pkcs8'),
  client_email: email,
  // Never followed: whoever writes a key file must not choose where assertions go.
  token_uri: 'http://127.0.0.1:1/token',
};

async function ownerOfKey(): Promise<Owner> {
  const one = await owner();
  const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  one.google.oauth.serviceKeys.push({ email, keyId: 'key-1', publicKey });
  return one;
}

const add = (one: Owner, file: object | string, location?: string) =>
  vertexKeyFile.finish(
    { 'key-file': typeof file === 'string' ? file : JSON.stringify(file), ...(location ? { location } : {}) },
    one.context,
  );

async function failure(task: Promise<unknown>): Promise<Error> {
  const error: unknown = await task.catch((reason: unknown) => reason);
  if (!(error instanceof Error)) throw error;
  const body = keyFile.private_key.split('\n')[1] ?? '';
  expect(error.message).not.toContain(body);
  expect(error.message).not.toMatch(/eyJ/);
  return error;
}

describe('adding a service account', () => {
  test('tries its key out and keeps the token', async () => {
    const one = await ownerOfKey();
    const { account, secret } = await add(one, keyFile, 'europe-west4');
    expect(account).toMatchObject({
      id: `vertex:${email}:team-1`,
      provider: 'vertex',
      email,
      organizationId: 'team-1',
      attributes: { project: 'team-1', location: 'europe-west4' },
      expiresAt: one.clock.now() + 3_599_000,
    });
    expect(one.google.oauth.accessTokens.has(secret.accessToken ?? '')).toBe(true);
    expect(JSON.parse(secret.serviceAccountKey ?? '')).toMatchObject({ private_key: keyFile.private_key });
    expect(one.google.paths()).toEqual(['/token']);
  });

  test.each([
    ['the usual region', keyFile, undefined, 'us-central1'],
    ['the region of the file', { type: 'vertex', service_account: keyFile, location: 'global' }, undefined, 'global'],
    ['the region that was typed', { ...keyFile, location: 'us-east1' }, 'global', 'global'],
  ])('takes %s', async (_, file, typed, location) => {
    expect((await add(await ownerOfKey(), file, typed)).account.attributes?.location).toBe(location);
  });

  test.each([
    ['PKCS#1', pem('pkcs1')],
    ['carriage returns', pem('pkcs8').replaceAll('\n', '\r\n')],
    ['no line breaks', pem('pkcs1').replaceAll('\n', ' ')],
  ])('takes a key with %s', async (_, privateKey) => {
    const one = await ownerOfKey();
    expect((await add(one, { ...keyFile, private_key: privateKey })).secret.accessToken).toMatch(/^ya29\./);
  });

  test.each([
    ['key-file: it is not valid JSON', '{"private_key":', undefined],
    ['key-file: its private_key is missing', { ...keyFile, private_key: '' }, undefined],
    ['key-file: its project_id is missing', { ...keyFile, project_id: undefined }, undefined],
    ['key-file: The service account key has no client_email', { ...keyFile, client_email: undefined }, undefined],
    ['location: its location is no region of Google Cloud', keyFile, 'evil.example/'],
  ])('says “%s”', async (message, file, location) => {
    const one = await ownerOfKey();
    const error = await failure(add(one, file, location));
    expect(error).toBeInstanceOf(SignInError);
    expect(error).toMatchObject({ code: 'bad_input', message });
    expect(one.google.paths()).toEqual([]);
  });

  test('asks for another file when Google refuses the key, and for patience when Google fails', async () => {
    const one = await owner();
    expect(await failure(add(one, keyFile))).toMatchObject({
      code: 'bad_input',
      message: expect.stringContaining('account not found'),
    });
    one.google.script('/token', htmlAnswer(503));
    expect(await failure(add(one, keyFile))).toMatchObject({ code: 'network' });
  });
});

describe('a token for a service account', () => {
  async function stored() {
    const one = await ownerOfKey();
    const { account, secret } = await add(one, keyFile);
    const refresh = async (key = secret) => vertexProvider.refresh?.(account, key, one.context);
    return { one, refresh, secret };
  }

  test('is made anew from the key, a minute before the old one ends', async () => {
    const { one, refresh, secret } = await stored();
    one.clock.advance(3_600_000);
    const tokens = await refresh();
    expect(tokens).toEqual({
      accessToken: expect.not.stringMatching(secret.accessToken ?? ''),
      expiresAt: one.clock.now() + 3_599_000,
    });
    expect(vertexProvider.refreshLeadMs).toBe(60_000);
  });

  test('is refused for good when the clock is wrong, with a hint', async () => {
    const { one, refresh } = await stored();
    const now = one.context.now();
    one.context.now = () => now - 3_600_000;
    expect(await failure(refresh())).toMatchObject({ final: true, message: expect.stringContaining('clock') });
  });

  test('is refused for good when the key is deleted, with a hint', async () => {
    const { one, refresh } = await stored();
    one.google.oauth.serviceKeys.splice(0, 1, { email, keyId: 'key-2', publicKey: '' });
    const error = await failure(refresh());
    expect(error).toMatchObject({ final: true, message: expect.stringContaining('create a new key') });
    expect(error.message).toContain('Invalid JWT Signature');
  });

  test('is refused without repeating the assertion', async () => {
    const { one, refresh } = await stored();
    one.context.fetch = async (_, init) =>
      Response.json(
        { error: 'invalid_grant', error_description: new URLSearchParams(String(init?.body)).get('assertion') },
        { status: 400 },
      );
    expect(await failure(refresh())).toMatchObject({ final: true });
  });

  test('may come later when Google fails or sends none', async () => {
    const { one, refresh } = await stored();
    one.google.script('/token', htmlAnswer(500));
    expect(await failure(refresh())).toMatchObject({ final: false });
    one.google.script('/token', jsonAnswer(200, { id_token: 'x' }));
    expect(await failure(refresh())).toMatchObject({ final: false });
    one.google.script('/token', jsonAnswer(200, { access_token: 'short' }));
    expect(await refresh()).toEqual({ accessToken: 'short', expiresAt: one.clock.now() + 3_600_000 });
  });

  test('needs a key that can sign', async () => {
    const { refresh } = await stored();
    const broken = JSON.stringify({ ...keyFile, private_key: 'no PEM' });
    expect(await failure(refresh({ serviceAccountKey: broken }))).toMatchObject({ final: true });
    expect(await failure(refresh({}))).toMatchObject({ final: true });
  });
});

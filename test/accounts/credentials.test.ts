import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseCredentialFile } from '../../main/accounts/credentials/file.ts';

const jwt = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.sig`;

function read(file: object, name = 'file.json') {
  const parsed = parseCredentialFile(name, JSON.stringify(file));
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed;
}

const tokens = { access_token: 'at', refresh_token: 'rt', expired: '2027-01-01T00:00:00Z' };
const expiresAt = Date.parse('2027-01-01T00:00:00Z');

describe('CLIProxyAPI credential files', () => {
  it('codex: identity and plan from the id_token, the account id of the file first', () => {
    const claims = {
      email: 'ada@example.com',
      'https://api.openai.com/auth': {
        chatgpt_user_id: 'user-ada',
        chatgpt_account_id: 'acc-9',
        chatgpt_plan_type: 'plus',
      },
    };
    const [stored] = read({ type: 'codex', ...tokens, id_token: jwt(claims), account_id: 'acc-1' }).accounts;
    expect(stored).toMatchObject({
      account: {
        id: 'chatgpt:user-ada:acc-1',
        provider: 'chatgpt',
        email: 'ada@example.com',
        accountId: 'user-ada',
        organizationId: 'acc-1',
        plan: 'plus',
        label: 'ada@example.com',
        expiresAt,
      },
      secret: { accessToken: 'at', refreshToken: 'rt', idToken: jwt(claims) },
    });
  });

  it('gemini: one account for each of its projects, with the tokens of the inner block', () => {
    const file = {
      type: 'gemini',
      email: 'ada@example.com',
      project_id: 'one, two',
      token: { access_token: 'at', refresh_token: 'rt', expiry: '2027-01-01T00:00:00Z' },
    };
    const { accounts } = read(file);
    expect(accounts.map(({ account }) => [account.id, account.attributes?.project])).toEqual([
      ['gemini-cli:ada@example.com:one', 'one'],
      ['gemini-cli:ada@example.com:two', 'two'],
    ]);
    expect(accounts[1]).toMatchObject({ account: { expiresAt }, secret: { accessToken: 'at', refreshToken: 'rt' } });
  });

  it('antigravity, qwen, kimi: tokens, and what belongs to the provider alone', () => {
    expect(read({ type: 'antigravity', ...tokens, email: 'a@b.c', project_id: 'p-1' }).accounts[0]).toMatchObject({
      account: { provider: 'antigravity', label: 'a@b.c', attributes: { project: 'p-1' } },
    });
    expect(read({ type: 'qwen', ...tokens, resource_url: 'portal.qwen.ai', label: 'Mine' }).accounts[0]).toMatchObject({
      account: { provider: 'qwen', label: 'Mine', attributes: { resourceUrl: 'portal.qwen.ai' } },
    });
    expect(read({ type: 'kimi', ...tokens }).accounts[0]?.account).toMatchObject({
      provider: 'kimi',
      label: 'Kimi account',
    });
  });

  it('iflow: the API key serves, the tokens renew it; a key alone is enough', () => {
    expect(read({ type: 'iflow', ...tokens, api_key: 'sk-i', cookie: 'BXAuth=x' }).accounts[0]).toMatchObject({
      account: { kind: 'oauth' },
      secret: { apiKey: 'sk-i', refreshToken: 'rt', cookie: 'BXAuth=x' },
    });
    expect(read({ type: 'iflow', api_key: 'sk-i' }).accounts[0]).toMatchObject({
      account: { kind: 'api-key' },
      secret: { apiKey: 'sk-i' },
    });
  });

  it('xai: the subject is the identity, the token endpoint is kept', () => {
    const [stored] = read({
      type: 'xai',
      ...tokens,
      sub: 'user-1',
      token_endpoint: 'https://auth.x.ai/token',
    }).accounts;
    expect(stored?.account).toMatchObject({
      id: 'xai:user-1',
      attributes: { tokenEndpoint: 'https://auth.x.ai/token' },
    });
  });
});

describe('Google service accounts', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const pkcs1 = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const key = {
    type: 'service_account',
    project_id: 'p-1',
    client_email: 'svc@p-1.iam',
    private_key: pkcs8,
    token_uri: 'https://oauth2.googleapis.com/token',
  };
  const keyOf = (file: object) => JSON.parse(read(file).accounts[0]?.secret.serviceAccountKey ?? '{}').private_key;

  it("are read from Google's own key file and from CLIProxyAPI's", () => {
    for (const file of [key, { type: 'vertex', service_account: key, project_id: 'p-1', location: 'global' }]) {
      expect(read(file).accounts[0]?.account).toMatchObject({
        id: 'vertex:svc@p-1.iam:p-1',
        provider: 'vertex',
        attributes: { project: 'p-1' },
        // Due at once: there is no access token yet.
        expiresAt: 0,
      });
    }
    expect(read(key).accounts[0]?.account.attributes?.location).toBe('us-central1');
  });

  it.each([
    ['carriage returns', pkcs8.replaceAll('\n', '\r\n')],
    ['escaped line breaks', pkcs8.replaceAll('\n', '\\n')],
    ['no line breaks', pkcs8.replaceAll('\n', ' ')],
    ['terminal colours', `\u001b[32m${pkcs8}\u001b[0m`],
  ])('have their key repaired after %s', (_, damaged) => {
    expect(keyOf({ ...key, private_key: damaged })).toBe(pkcs8);
  });

  it('may hold a PKCS#1 key', () => expect(keyOf({ ...key, private_key: pkcs1 })).toBe(pkcs1));

  it.each([
    [{ ...key, private_key: undefined }, 'its private_key is missing'],
    [{ ...key, private_key: 'hunter2' }, 'its private_key is no PEM key'],
    [{ ...key, private_key: pkcs8.replace(/\nMII/, '\nAAA') }, 'its private_key cannot be read'],
    [{ ...key, project_id: '' }, 'its project_id is missing'],
    [{ ...key, location: 'evil.example/' }, 'its location is no region of Google Cloud'],
  ])('are refused with a reason that quotes nothing', (file, reason) => {
    expect(parseCredentialFile('k.json', JSON.stringify(file))).toEqual({ ok: false, reason });
  });
});

describe("other tools' logins", () => {
  it('are read with a warning that the tool may be signed out', () => {
    const codex = read(
      {
        OPENAI_API_KEY: null,
        tokens: { access_token: jwt({ exp: 1_900_000_000 }), refresh_token: 'rt', account_id: 'acc-1' },
      },
      'auth.json',
    );
    expect(codex.accounts[0]?.account).toMatchObject({ id: 'chatgpt:acc-1', expiresAt: 1_900_000_000_000 });
    expect(codex.warning).toContain('Codex may be signed out');
    const gemini = read(
      { access_token: 'at', refresh_token: 'rt', expiry_date: 1_900_000_000_000 },
      'oauth_creds.json',
    );
    expect(gemini.accounts[0]?.account).toMatchObject({ provider: 'gemini-cli', expiresAt: 1_900_000_000_000 });
  });

  it('may be an API key, or nobody', () => {
    expect(read({ OPENAI_API_KEY: 'sk-1' }, 'auth.json').accounts[0]).toMatchObject({
      account: { provider: 'openai', kind: 'api-key' },
      secret: { apiKey: 'sk-1' },
    });
    expect(parseCredentialFile('auth.json', '{"OPENAI_API_KEY":null}')).toEqual({
      ok: false,
      reason: 'nobody is signed in to Codex there',
    });
  });
});

describe('what owners write into credential files', () => {
  it.each(['claude', 'codex', 'qwen'])(
    'is kept for %s: attributes, with priority, prefix, description and websockets',
    (type) => {
      const attributes = { priority: '10', prefix: 'work', description: 'For coding', websockets: 'true' };
      const [stored] = read({ type, ...tokens, attributes }).accounts;
      expect(stored?.account).toMatchObject({
        priority: 10,
        prefix: 'work',
        label: 'For coding',
        attributes: { websockets: 'true' },
      });
    },
  );
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSettings } from '../../main/settings/parse.ts';
import { formatProblems, type SettingsProblem } from '../../main/settings/problem.ts';
import { defaultSettings, type Settings } from '../../main/settings/schema.ts';

const file = '/somewhere/config.yaml';

function good(text: string): { settings: Settings; warnings: SettingsProblem[] } {
  const result = parseSettings(text, { file });
  if (!result.ok) throw new Error(formatProblems(result.problem));
  return result;
}

function bad(text: string): SettingsProblem[] {
  const result = parseSettings(text, { file });
  if (result.ok) throw new Error('these settings should have been refused');
  return result.problem;
}

describe('settings that are fine', () => {
  it('fills in all defaults for an empty file', () => {
    for (const text of ['', '\n', '# only a comment\n', '---\n', '{}', 'null\n']) {
      expect(good(text).settings).toEqual(defaultSettings());
    }
  });

  it('reads nested blocks and lists', () => {
    const { settings } = good(`
port: 9000
ampcode:
  fallback: exhausted
  model-mappings:
    - { from: claude-opus-4.5, to: claude-sonnet-4 }
claude-api-key:
  - api-key: sk-ant-api03-abc
    models: [{ name: claude-3, alias: latest }]
endpoints:
  claude: { api: "http://127.0.0.1:4000" }
`);
    expect(settings.port).toBe(9000);
    expect(settings.ampcode.fallback).toBe('exhausted');
    expect(settings.ampcode['model-mappings']).toEqual([
      { from: 'claude-opus-4.5', to: 'claude-sonnet-4', regex: false },
    ]);
    expect(settings['claude-api-key'][0]).toMatchObject({ priority: 0 });
    expect(settings.endpoints.claude?.api).toBe('http://127.0.0.1:4000');
  });

  it('folds the older spellings of the Amp settings into their block, where the block wins', () => {
    const older = good('amp-upstream-url: https://a.example\namp-restrict-management-to-localhost: false\n').settings;
    expect(older.ampcode['upstream-url']).toBe('https://a.example');
    expect(older.ampcode['restrict-management-to-localhost']).toBe(false);
    const both = good('amp-upstream-url: https://a.example\nampcode: { upstream-url: https://b.example }\n').settings;
    expect(both.ampcode['upstream-url']).toBe('https://b.example');
  });

  it('takes a key without a value and blank text for a setting that is not given', () => {
    const { settings, warnings } = good(
      'port:\nproxy-url: ""\nampcode:\nclaude-api-key:\n  - api-key: k1234567\n    base-url: ""\n',
    );
    expect(settings.port).toBe(8317);
    expect(settings['proxy-url']).toBeUndefined();
    expect(settings['claude-api-key'][0]).not.toHaveProperty('base-url');
    expect(warnings).toEqual([]);
  });

  it('keeps an empty Amp address, which means that Amp is not proxied', () => {
    expect(good('amp-upstream-url: ""').settings.ampcode['upstream-url']).toBe('');
    expect(good('ampcode: { upstream-url: "" }').settings.ampcode['upstream-url']).toBe('');
  });

  it('listens on loopback for an empty host and says so', () => {
    const { settings, warnings } = good('port: 1\nhost: ""\n');
    expect(settings.host).toBe('127.0.0.1');
    expect(warnings).toEqual([
      expect.objectContaining({ key: 'host', line: 2, text: expect.stringContaining('0.0.0.0') }),
    ]);
  });

  it('follows anchors and merge keys', () => {
    const text = `
ampcode: &base
  fallback: never
endpoints:
  claude: &claude { api: https://one.example }
  kimi: { <<: *claude, token: https://two.example }
`;
    expect(good(text).settings.endpoints.kimi).toEqual({ api: 'https://one.example', token: 'https://two.example' });
  });
});

describe('a CLIProxyAPI file', () => {
  const text = `
host: ""
port: 8317
remote-management:
  allow-remote: false
  secret-key: "$2a$10$abcdefghijklmnopqrstuv"
auth-dir: "~/.cli-proxy-api"
api-keys:
  - "your-api-key-1"
debug: false
usage-statistics-enabled: true
proxy-url: ""
request-retry: 3
max-retry-credentials: 3
max-retry-interval: 30
quota-exceeded:
  switch-project: true
routing:
  strategy: fill-first
ws-auth: true
logs-max-total-size-mb: 0
gemini-api-key:
  - api-key: "AIzaSyWork"
    prefix: work
vertex-api-key:
codex-api-key: []
openai-compatibility:
  - name: openrouter
    base-url: https://openrouter.ai/api/v1
claude-api-key:
  - api-key: sk-ant-api03-abc
    weight: 5
    models:
      - name: claude-3-5-sonnet
        alias: sonnet
        thinking: { levels: [high] }
`;

  it('loads, and each key that has no effect is named once with its line', () => {
    const { settings, warnings } = good(text);
    expect(settings['api-keys']).toEqual(['your-api-key-1']);
    expect(settings['remote-management']).toMatchObject({ 'allow-remote': false });
    expect(settings['claude-api-key'][0]?.models).toEqual([{ name: 'claude-3-5-sonnet', alias: 'sonnet' }]);
    expect(settings['openai-compatibility'].map(({ name }) => name)).toEqual(['openrouter']);
    const lineOf = (key: string) => text.split('\n').findIndex((line) => line.includes(`${key}:`)) + 1;
    expect(settings['gemini-api-key']).toMatchObject([{ 'api-key': 'AIzaSyWork', prefix: 'work' }]);
    expect(settings['vertex-api-key']).toEqual([]);
    const expected = ['request-retry', 'usage-statistics-enabled', 'ws-auth'].map((key) => ({
      file,
      key,
      line: lineOf(key),
      text: `\`${key}\` is not used by this version`,
    }));
    const hash = 'remote-management.secret-key';
    const keys = [...expected.map(({ key }) => key), 'claude-api-key[0].models[0].thinking', 'host', hash];
    expect(warnings.map(({ key }) => key)).toEqual(keys);
    expect(warnings).toEqual(expect.arrayContaining(expected));
  });

  it('does not take a key without effect at another level', () => {
    expect(bad('ampcode: { ws-auth: true }')[0]?.key).toBe('ampcode.ws-auth');
  });
});

describe('unknown keys', () => {
  it.each([
    ['debgu: true', 'debgu', 'debug', 1],
    ['port: 1\n\nprot: 2', 'prot', 'port', 3],
    ['apiKeys: []', 'apiKeys', 'api-keys', 1],
    ['api_keys: []', 'api_keys', 'api-keys', 1],
    ['ampcode:\n  fallbak: never', 'ampcode.fallbak', 'ampcode.fallback', 2],
    [
      'ampcode:\n  model-mappings:\n    - from: a\n      to: b\n      regx: true',
      'ampcode.model-mappings[0].regx',
      'ampcode.model-mappings[0].regex',
      5,
    ],
    ['endpoints:\n  claud: {}', 'endpoints.claud', 'endpoints.claude', 2],
    ['endpoints:\n  claude:\n    apis: http://x.example', 'endpoints.claude.apis', 'endpoints.claude.api', 3],
    ['claude-api-key:\n  - api-key: k\n    wieght: 3', 'claude-api-key[0].wieght', 'claude-api-key[0].weight', 3],
    ['upstream-url: https://ampcode.com', 'upstream-url', 'ampcode.upstream-url', 1],
    ['rooting: {}', 'rooting', 'routing', 1],
  ])('%j names the key, its line and the nearest valid key', (text, key, nearest, line) => {
    const [problem, ...others] = bad(text);
    expect(others).toEqual([]);
    expect(problem).toEqual({
      file,
      line,
      key,
      nearest,
      text: `\`${key}\` is not a setting; the nearest valid key is \`${nearest}\``,
    });
  });

  it('lists all problems at once', () => {
    expect(
      bad('prot: 1\nport: x\nampcode: { fallback: some }')
        .map(({ key }) => key)
        .sort(),
    ).toEqual(['ampcode.fallback', 'port', 'prot']);
  });
});

describe('wrong values', () => {
  it.each([
    ['port: eighty', 'port', '`port` must be a whole number'],
    ['port: 1.5', 'port', '`port` must be a whole number'],
    ['port: 70000', 'port', '`port` must be at most 65535'],
    ['port: ""', 'port', '`port` must be a whole number'],
    ['debug: "yes"', 'debug', '`debug` must be `true` or `false`'],
    ['body-limit: 0', 'body-limit', '`body-limit` must be above 0'],
    ['host: 5', 'host', '`host` must be text (put it in quotes)'],
    [
      'ampcode: { fallback: some }',
      'ampcode.fallback',
      '`ampcode.fallback` must be one of `unknown`, `exhausted`, `never`',
    ],
    [
      'ampcode: { upstream-url: 5 }',
      'ampcode.upstream-url',
      '`ampcode.upstream-url` must be an http or https URL, or empty',
    ],
    [
      'ampcode: { upstream-url: ftp://x }',
      'ampcode.upstream-url',
      '`ampcode.upstream-url` must be an http or https URL',
    ],
    ['proxy-url: nowhere', 'proxy-url', '`proxy-url` must be direct, or an http, https or socks5 URL'],
    ['api-keys: abcdefgh', 'api-keys', '`api-keys` must be a list (each entry on a line that starts with "- ")'],
    ['api-keys: [""]', 'api-keys[0]', '`api-keys[0]` must not be empty'],
    ['timeouts: 5', 'timeouts', '`timeouts` must be a block of `key: value` lines'],
    [
      'ampcode: { model-mappings: [{ from: a }] }',
      'ampcode.model-mappings[0].to',
      '`ampcode.model-mappings[0].to` is missing',
    ],
    ['claude-api-key: [{}]', 'claude-api-key[0].api-key', '`claude-api-key[0].api-key` is missing'],
    [
      'ampcode: { model-mappings: [{ from: "(", to: b, regex: true }] }',
      'ampcode.model-mappings[0].from',
      '`ampcode.model-mappings[0].from` is not a valid regular expression',
    ],
  ])('%j is explained in plain words', (text, key, explanation) => {
    expect(bad(text)).toEqual([{ file, line: 1, key, text: explanation }]);
  });

  it('refuses a file that is not a block of keys', () => {
    for (const text of ['- a\n- b', 'just words', '42']) {
      expect(bad(text)).toEqual([
        expect.objectContaining({ line: 1, text: 'the file must be a block of `key: value` lines' }),
      ]);
    }
  });

  it('names the line of a wrong entry far down in a list', () => {
    expect(bad('api-keys:\n  - abcdefgh\n  - 12345678\n')).toEqual([
      expect.objectContaining({ key: 'api-keys[1]', line: 3 }),
    ]);
  });

  it('never quotes a value, which could be a secret', () => {
    const secret = 'sk-ant-oat01-very-secret';
    const texts = [
      `port: ${secret}`,
      `ampcode: ${secret}`,
      `api-keys: ${secret}`,
      `api-keys: [[${secret}]]`,
      `ampcode: { fallback: ${secret} }`,
      `ampcode: { upstream-url: ${secret} }`,
      `proxy-url: ${secret}`,
      `claude-api-key: [{ api-key: [${secret}] }]`,
      `ampcode: { model-mappings: [{ from: "(${secret}", to: b, regex: true }] }`,
      `api-keys:\n  - "${secret}`,
      `api-keys: {${secret}\n  ]`,
      `a: b: ${secret}`,
      `key: *${secret}`,
      `key: !${secret} x`,
      `${secret}`,
      `amp-upstream-api-key: "${secret}\\q"`,
    ];
    for (const text of texts) expect(JSON.stringify(bad(text)), text).not.toContain(secret);
  });
});

describe('broken YAML', () => {
  it('names the line', () => {
    expect(bad('port: 1\ndebug: "true\nhost: a\n')[0]?.line).toBeGreaterThanOrEqual(2);
    expect(bad('port: 1\nampcode:\n\tfallback: never\n')).toEqual([
      expect.objectContaining({ line: 3, text: 'not valid YAML: a tab is used as indentation; use spaces' }),
    ]);
    expect(bad('ampcode:\n   a: 1\n  b: 2\n')[0]).toMatchObject({ line: 3 });
  });

  it('finds a key that is given twice, also inside a block, and names both lines', () => {
    expect(bad('port: 1\ndebug: true\nport: 2\n')).toEqual([
      { file, line: 3, key: 'port', text: '`port` is given twice, first on line 1; keep one' },
    ]);
    expect(bad('ampcode:\n  fallback: never\n  fallback: never\n')[0]).toMatchObject({
      key: 'ampcode.fallback',
      line: 3,
    });
  });

  it('refuses several documents, unknown aliases, endless aliases and absurd nesting', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`).join('\n')}`;
    for (const text of [
      'port: 1\n---\nport: 2\n',
      'port: *x',
      'a: &a [*a]',
      bomb,
      '['.repeat(20_000),
      `${'a: {'.repeat(3000)}`,
    ]) {
      expect(bad(text).length).toBeGreaterThan(0);
    }
  });
});

describe('settings that contradict each other', () => {
  it.each(['0.0.0.0', '::', '192.168.1.5', 'my-machine'])('refuses to listen on %s without api-keys', (host) => {
    expect(bad(`port: 1\nhost: "${host}"`)).toEqual([
      expect.objectContaining({ key: 'host', line: 2, text: expect.stringContaining('`api-keys` is empty') }),
    ]);
    expect(good(`host: "${host}"\napi-keys: [abcdefgh]`).settings.host).toBe(host);
  });

  it.each(['127.0.0.1', '127.9.9.9', '::1', '[::1]', 'localhost', '::ffff:127.0.0.1'])(
    'takes %s for this machine',
    (host) => {
      expect(good(`host: "${host}"`).settings.host).toBe(host);
    },
  );

  it.each([
    ['ampcode: { upstream-url: "http://127.0.0.1:8317" }', 'ampcode.upstream-url'],
    ['amp-upstream-url: http://localhost:8317/', 'ampcode.upstream-url'],
    ['port: 80\nampcode: { upstream-url: "http://[::1]" }', 'ampcode.upstream-url'],
    ['claude-api-key: [{ api-key: k, base-url: "http://127.0.0.1:8317" }]', 'claude-api-key[0].base-url'],
    ['endpoints: { claude: { api: "http://localhost:8317/v1" } }', 'endpoints.claude.api'],
    [
      'host: 10.0.0.1\napi-keys: [abcdefgh]\nendpoints: { claude: { api: "http://10.0.0.1:8317" } }',
      'endpoints.claude.api',
    ],
    ['host: 0.0.0.0\napi-keys: [abcdefgh]\nampcode: { upstream-url: "http://127.0.0.1:8317" }', 'ampcode.upstream-url'],
  ])('%j would send requests round in a loop', (text, key) => {
    expect(bad(text)).toEqual([expect.objectContaining({ key, text: expect.stringContaining('loop') })]);
  });

  it('allows other ports of this machine, and port 0, which is not known yet', () => {
    good('ampcode: { upstream-url: "http://127.0.0.1:8318" }');
    good('port: 0\nampcode: { upstream-url: "http://127.0.0.1:8317" }');
  });
});

describe('any text', () => {
  const fragment = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'port',
      'host',
      'ampcode',
      'api-keys',
      'claude-api-key',
      'endpoints',
      'headers',
      '__proto__',
      'constructor',
      '<<',
    ),
    fc.constantFrom(
      ': ',
      ':\n  ',
      '\n',
      '\n- ',
      '- ',
      '  ',
      '\t',
      '{',
      '}',
      '[',
      ']',
      ', ',
      '"',
      "'",
      '|\n',
      '>\n',
      '&a ',
      '*a',
      '!!map ',
      '? ',
      '#',
      '---\n',
      '...',
      '%YAML 1.1\n',
      'null',
      '~',
      '0x1F',
    ),
  );

  it('gives settings or problems, never an exception', () => {
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 30 }), (parts) => {
        const result = parseSettings(parts.join(''), { file });
        if (result.ok) expect(result.settings.port).toBeTypeOf('number');
        else expect(result.problem.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  it('as a value under any key is accepted or explained', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.oneof(fc.string(), fc.constantFrom('port', 'ampcode', 'claude-api-key', '__proto__')),
          fc.jsonValue(),
        ),
        (value) => {
          const result = parseSettings(JSON.stringify(value), { file });
          if (!result.ok) for (const problem of result.problem) expect(problem.text).not.toBe('');
        },
      ),
      { numRuns: 300 },
    );
  });
});

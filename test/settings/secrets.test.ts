import { expect, it } from 'vitest';
import { parseSettings } from '../../main/settings/parse.ts';
import { secretsIn } from '../../main/settings/secrets.ts';

it('finds every secret in the settings, once each, and nothing else', () => {
  const result = parseSettings(
    `
api-keys: [local-key-1, local-key-2]
amp-upstream-api-key: sgamp_owner
proxy-url: http://user:p%40ss-word@proxy.example:3128
allowed-hosts: [fusebox.example]
ampcode:
  upstream-api-keys:
    - upstream-api-key: sgamp_other
      api-keys: [local-key-1]
claude-api-key:
  - api-key: sk-ant-1
    prefix: work
    proxy-url: socks5://a:second-pass@proxy.example
    headers: { X-Secret: header-secret }
endpoints:
  claude: { api: "https://u:endpoint-pass@gateway.example" }
`,
    { file: 'config.yaml' },
  );
  if (!result.ok) throw new Error(JSON.stringify(result.problem));
  expect(secretsIn(result.settings).sort()).toEqual([
    'endpoint-pass',
    'header-secret',
    'local-key-1',
    'local-key-2',
    'p%40ss-word',
    'p@ss-word',
    'second-pass',
    'sgamp_other',
    'sgamp_owner',
    'sk-ant-1',
  ]);
});

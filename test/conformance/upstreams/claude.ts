import { errors } from '../../upstreams/anthropic/errors.ts';
import { fails, rateLimited } from '../../upstreams/anthropic/replies.ts';
import { startFakeAnthropic } from '../../upstreams/anthropic/server.ts';
import type { ConformanceUpstream } from '../upstream.ts';
import { account } from './account.ts';
import { messageOf, scriptedUpstream } from './scripted.ts';

/** A Claude subscription at the fake of api.anthropic.com. */
export async function claudeUpstream(): Promise<ConformanceUpstream> {
  const fake = await startFakeAnthropic();
  return {
    label: 'Claude (subscription)',
    prefix: 'claude-sub',
    model: 'claude-sonnet-4-5-20250929',
    accounts: [
      account(
        'claude',
        'claude-sub',
        { kind: 'oauth' },
        {
          accessToken: fake.account.accessToken,
          refreshToken: fake.account.refreshToken,
        },
      ),
    ],
    settings: {},
    endpoints: { claude: { api: fake.url, authorize: fake.authorizeUrl, token: fake.tokenUrl } },
    ...scriptedUpstream(fake, {
      replyOf: messageOf,
      isGeneration: ({ path }) => path === '/v1/messages',
      stallsAt: 4,
      refuse: (why) =>
        fake.script(
          why === 'invalid' ? fails(errors.invalid('tools: too many')) : rateLimited('retry-after', 30, Date.now()),
        ),
    }),
  };
}

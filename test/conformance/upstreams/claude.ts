import { errors } from '../../upstreams/anthropic/errors.ts';
import { fails, type MessageReply, rateLimited } from '../../upstreams/anthropic/replies.ts';
import { startFakeAnthropic } from '../../upstreams/anthropic/server.ts';
import { gate } from '../../upstreams/gate.ts';
import type { ConformanceUpstream, Scripted } from '../upstream.ts';
import { account } from './account.ts';

/** A Claude subscription at the fake of api.anthropic.com. */
export async function claudeUpstream(): Promise<ConformanceUpstream> {
  const fake = await startFakeAnthropic();
  const isMessage = ({ path }: { path: string }) => path === '/v1/messages';
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
    answer: (scripted) => fake.script(replyOf(scripted)),
    refuse: (why) =>
      fake.script(
        why === 'invalid' ? fails(errors.invalid('tools: too many')) : rateLimited('retry-after', 30, Date.now()),
      ),
    stall() {
      fake.forget();
      fake.script({
        ...replyOf({ text: 'This will never be said to its end.' }),
        delivery: { beforePart: { 4: gate() } },
      });
      return { clientGone: fake.received(isMessage).then(({ done }) => done) };
    },
    lastBody: () => JSON.stringify(fake.requests.findLast(isMessage)?.json),
    clear: () => fake.clearScript(),
    close: () => fake.close(),
  };
}

function replyOf({ thinking, text, calls }: Scripted): MessageReply {
  return {
    kind: 'message',
    ...(thinking === undefined ? {} : { thinking }),
    ...(text === undefined ? {} : { text }),
    ...(calls ? { toolCalls: calls } : {}),
  };
}

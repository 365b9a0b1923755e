import type { Account, Secret } from '../../../main/accounts/account.ts';
import { gate } from '../../upstreams/gate.ts';
import type { FlavourName } from '../../upstreams/google/models/flavours.ts';
import { fails, limited, type ModelReply } from '../../upstreams/google/models/replies.ts';
import { type FakeModels, startFakeModels } from '../../upstreams/google/models/server.ts';
import type { RecordedRequest } from '../../upstreams/recording.ts';
import type { ConformanceUpstream, Scripted } from '../upstream.ts';
import { account } from './account.ts';

interface GoogleService {
  label: string;
  flavour: FlavourName;
  provider: string;
  prefix: string;
  model: string;
  owner: Pick<Account, 'kind'> & Partial<Account>;
  secret(fake: FakeModels): Secret;
}

async function googleUpstream(service: GoogleService): Promise<ConformanceUpstream> {
  const { label, flavour, provider, prefix, model, owner, secret } = service;
  const fake = await startFakeModels({ flavour });
  const isGeneration = ({ path }: RecordedRequest) => /:(stream)?generateContent$/i.test(path);
  return {
    label,
    prefix,
    model,
    accounts: [account(provider, prefix, owner, secret(fake))],
    settings: {},
    endpoints: { [provider]: { api: fake.origin } },
    answer: (scripted) => fake.script(replyOf(scripted)),
    refuse: (why) =>
      fake.script(why === 'invalid' ? fails(400, 'INVALID_ARGUMENT', 'Too many tools.') : limited('per-minute', 30)),
    stall() {
      fake.forget();
      const text = 'This will never be said to its end.';
      fake.script({ ...replyOf({ text }), delivery: { beforePart: { 2: gate() } } });
      return { clientGone: fake.received(isGeneration).then(({ done }) => done) };
    },
    lastBody: () => JSON.stringify(fake.requests.findLast(isGeneration)?.json),
    clear: () => fake.clearScript(),
    close: () => fake.close(),
  };
}

function replyOf({ thinking, text, calls }: Scripted): ModelReply {
  return {
    kind: 'message',
    ...(thinking === undefined ? {} : { thinking }),
    ...(text === undefined ? {} : { text }),
    ...(calls ? { toolCalls: calls } : {}),
  };
}

const bearer = ({ token }: FakeModels): Secret => ({ accessToken: token, refreshToken: 'r' });
const inProject = { kind: 'oauth', attributes: { project: 'p-1', location: 'us-central1' } } as const;

export const geminiUpstream = () =>
  googleUpstream({
    label: 'Gemini (key)',
    flavour: 'gemini-api',
    provider: 'gemini',
    prefix: 'gemini-key',
    model: 'gemini-3-pro-preview',
    owner: { kind: 'api-key' },
    secret: ({ key }) => ({ apiKey: key }),
  });

export const vertexUpstream = () =>
  googleUpstream({
    label: 'Vertex AI',
    flavour: 'vertex',
    provider: 'vertex',
    prefix: 'vertex',
    model: 'gemini-2.5-flash',
    owner: inProject,
    secret: bearer,
  });

export const geminiCliUpstream = () =>
  googleUpstream({
    label: 'Gemini CLI (subscription)',
    flavour: 'code-assist',
    provider: 'gemini-cli',
    prefix: 'gemini-cli',
    model: 'gemini-3-flash-preview',
    owner: inProject,
    secret: bearer,
  });

export const antigravityUpstream = () =>
  googleUpstream({
    label: 'Antigravity (Claude)',
    flavour: 'antigravity',
    provider: 'antigravity',
    prefix: 'antigravity',
    model: 'claude-sonnet-4-6',
    owner: inProject,
    secret: bearer,
  });

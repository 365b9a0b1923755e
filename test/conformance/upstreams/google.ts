import type { Account, Secret } from '../../../main/accounts/account.ts';
import type { FlavourName } from '../../upstreams/google/models/flavours.ts';
import { fails, limited } from '../../upstreams/google/models/replies.ts';
import { type FakeModels, startFakeModels } from '../../upstreams/google/models/server.ts';
import type { ConformanceUpstream } from '../upstream.ts';
import { account } from './account.ts';
import { messageOf, scriptedUpstream } from './scripted.ts';

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
  return {
    label,
    prefix,
    model,
    accounts: [account(provider, prefix, owner, secret(fake))],
    settings: {},
    endpoints: { [provider]: { api: fake.origin } },
    ...scriptedUpstream(fake, {
      replyOf: messageOf,
      isGeneration: ({ path }) => /:(stream)?generateContent$/i.test(path),
      stallsAt: 2,
      refuse: (why) =>
        fake.script(why === 'invalid' ? fails(400, 'INVALID_ARGUMENT', 'Too many tools.') : limited('per-minute', 30)),
    }),
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

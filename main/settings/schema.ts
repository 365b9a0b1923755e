import { z } from 'zod';
import { desktopEntry } from './desktop-entries.ts';
import { apiKeyEntry, compatibleEntry } from './key-entries.ts';
import { origin, positiveInt, proxyUrl, stopAt, text } from './values.ts';

/**
 * Every setting, once: the schema validates files and window input, and docs/configuration.md is generated from it.
 * Keys are kebab-case as in the files of CLIProxyAPI, so that such a file can be used as it is.
 */

const modelMapping = z.strictObject({
  from: text.min(1).describe('The model that clients ask for, or a pattern when regex is on.'),
  to: text.min(1).describe('The model that is served instead, optionally with a thinking suffix such as (high).'),
  regex: z.boolean().default(false).describe('Treat from as a case-insensitive regular expression.'),
});

const ampcode = z.strictObject({
  'upstream-url': z
    .union([origin, z.literal('')])
    .optional()
    .describe("Amp's server. Empty: Amp's control plane is not proxied."),
  'upstream-api-key': text
    .optional()
    .describe('Amp access token; before AMP_API_KEY and the file that amp login writes.')
    .meta({ secret: true }),
  'upstream-api-keys': z
    .array(
      z.strictObject({
        'upstream-api-key': text.min(1).describe('An Amp access token.').meta({ secret: true }),
        'api-keys': z
          .array(text.min(1))
          .describe('Local API keys of the clients that it is used for.')
          .meta({ secret: true }),
      }),
    )
    .default([])
    .describe('Amp access tokens by the local API key that the client presents.'),
  'restrict-management-to-localhost': z
    .boolean()
    .optional()
    .describe("Serve Amp's account routes only to connections from this machine, by the socket's address."),
  'model-mappings': z.array(modelMapping).default([]).describe('Serve other models than the ones Amp asks for.'),
  'force-model-mappings': z
    .boolean()
    .default(false)
    .describe('Apply mappings even where an account serves the asked model.'),
  fallback: z
    .enum(['unknown', 'exhausted', 'never'])
    .default('unknown')
    .describe(
      'What goes to Amp and may spend credits: models no account serves (unknown), also models whose accounts all cool down (exhausted), or nothing (never).',
    ),
  'credit-guard': z
    .number()
    .int()
    .min(0)
    .default(500)
    .describe('Most model requests a day that may go to Amp; 0 allows none.'),
  'credit-models': z
    .array(text.min(1))
    .default([])
    .describe('The only models that may go to Amp, as clients ask for them; * is a wildcard. Empty: every model may.'),
  telemetry: z
    .enum(['forward', 'block'])
    .default('forward')
    .describe('Amp telemetry: forwarded, or answered here and dropped.'),
  'thread-upload': z
    .enum(['forward', 'block'])
    .default('forward')
    .describe('Uploads of whole threads to Amp: forwarded, or acknowledged here and dropped.'),
});

const endpoint = z.strictObject({
  api: origin.optional().describe('Base URL of the model API.'),
  authorize: origin.optional().describe('Where the browser signs in.'),
  token: origin.optional().describe('Where tokens are issued and refreshed.'),
});

const providerNames = [
  'claude',
  'chatgpt',
  'gemini',
  'gemini-cli',
  'antigravity',
  'qwen',
  'iflow',
  'kimi',
  'xai',
  'vertex',
  'openai',
] as const;

/** As in CLIProxyAPI, where ChatGPT is called codex. */
const signedInNames = [...providerNames, 'codex'] as const;

const modelAlias = z.strictObject({
  name: text.min(1).describe("The provider's model id."),
  alias: text.min(1).describe('The name that clients use.'),
  fork: z.boolean().default(true).describe("Keep the model's own name beside the alias."),
});

/** Providers that sign in as a program with a secret, which is not ours to hand out. */
const oauthClientNames = ['gemini-cli', 'antigravity', 'iflow'] as const;

const oauthClient = z.strictObject({
  'client-secret': text.min(1).optional().describe('The secret of the OAuth client.').meta({ secret: true }),
});

export const settingsSchema = z.strictObject({
  host: text
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on. Anything but a loopback address needs api-keys.'),
  port: z.number().int().min(0).max(65535).default(8317).describe('Port to listen on; 0 takes a free one.'),
  'api-keys': z
    .array(text.min(1))
    .default([])
    .describe('Keys that clients must send. Empty: only programs on this machine are served.')
    .meta({ secret: true }),
  'allowed-hosts': z.array(text).default([]).describe('Names, besides loopback ones, that the Host header may carry.'),
  'cors-origins': z.array(origin).default([]).describe('Web page origins that may call the gateway.'),
  'proxy-url': proxyUrl
    .optional()
    .describe('Outbound proxy for all upstream traffic; environment proxies apply when absent.'),
  'remote-management': z
    .strictObject({
      'secret-key': text
        .optional()
        .describe(
          'Key of the management API (docs/management-api.md). Write it in plain text: it is replaced by its scrypt hash at once. Without one only the command line of this machine can use the API.',
        )
        .meta({ secret: true }),
      'allow-remote': z
        .boolean()
        .default(false)
        .describe(
          "Let other machines use the management API with the key, and the dashboard with a link, by the socket's address.",
        ),
      'disable-control-panel': z
        .boolean()
        .default(false)
        .describe('Switch the dashboard of `fusebox serve` off (docs/dashboard.md).'),
    })
    .prefault({})
    .describe('The management API.'),
  'auth-dir': text
    .default('~/.cli-proxy-api')
    .describe('Folder of CLIProxyAPI credential files: followed while Fusebox runs, and what import reads by default.'),
  debug: z.boolean().default(false).describe('Log more. Secrets are removed at every level.'),
  'logging-to-file': z.boolean().default(false).describe('Also write the log to logs/fusebox.log in the data folder.'),
  'log-level': z
    .enum(['error', 'warn', 'info', 'debug'])
    .default('info')
    .describe('The least important entries that are logged; debug: true is the same as debug.'),
  'request-log': z
    .boolean()
    .default(false)
    .describe(
      'Keep what models are asked and what they answer, a file a request, in logs/requests in the data folder. Prompts and answers in plain text: switch it off again.',
    ),
  'logs-max-total-size-mb': z
    .number()
    .int()
    .min(0)
    .default(100)
    .describe('Most megabytes that all logs take together; the oldest go first. 0 sets no limit to request-log.'),
  journal: z
    .strictObject({
      'keep-days': positiveInt
        .max(3650)
        .default(90)
        .describe('How long requests are kept, in days, without their bodies.'),
      'max-size-mb': z
        .number()
        .int()
        .min(10)
        .default(250)
        .describe('Size of the journal from which on the oldest requests are deleted, in megabytes.'),
    })
    .prefault({})
    .describe('The record of requests in journal.db in the data folder.'),
  'body-limit': positiveInt.default(64 * 1024 * 1024).describe('Largest request body of an inference route, in bytes.'),
  timeouts: z
    .strictObject({
      connect: positiveInt.default(15).describe('Connecting to an upstream, in seconds.'),
      idle: positiveInt.default(120).describe('Silence of an upstream before it is given up, in seconds.'),
      'keep-alive': positiveInt
        .default(10)
        .describe('Silence of an upstream before the client gets a keep-alive comment, in seconds.'),
    })
    .prefault({})
    .describe('Time limits of upstream connections.'),
  'amp-upstream-url': z
    .union([origin, z.literal('')])
    .optional()
    .describe('Older spelling of ampcode.upstream-url.'),
  'amp-upstream-api-key': text
    .optional()
    .describe('Older spelling of ampcode.upstream-api-key.')
    .meta({ secret: true }),
  'amp-restrict-management-to-localhost': z
    .boolean()
    .optional()
    .describe('Older spelling of ampcode.restrict-management-to-localhost.'),
  ampcode: ampcode.prefault({}).describe('How Amp is served.'),
  routing: z
    .strictObject({
      strategy: z
        .enum([
          'round-robin',
          'fill-first',
          'weighted',
          'most-room',
          'roundrobin',
          'rr',
          'fillfirst',
          'ff',
          'weighted-round-robin',
          'most-headroom',
        ])
        .default('round-robin')
        .describe('How new conversations are spread over accounts of equal priority.'),
      'session-affinity': z
        .boolean()
        .default(true)
        .describe('Keep a conversation on its account, so that prompt caches are hit.'),
      'streams-per-account': positiveInt
        .default(8)
        .describe('Requests at a time on one account before others are preferred.'),
      'stop-at': stopAt
        .default(100)
        .describe(
          'Percent of a quota window that may be used before an account is left alone; 100 keeps nothing back.',
        ),
      'offer-unknown-models': z
        .boolean()
        .default(true)
        .describe("Try models that are newer than the program's lists with the provider whose name they carry."),
      'response-headers': z
        .boolean()
        .default(true)
        .describe('Tell clients by x-fusebox headers who served a request, and why.'),
      chains: z
        .record(text.min(1), z.array(text.min(1)))
        .default({})
        .describe('Models to fall to, by model, when its accounts cannot serve; amp stands for Amp itself.'),
    })
    .prefault({})
    .describe('Which account serves which request.'),
  'quota-exceeded': z
    .strictObject({
      'switch-project': z
        .boolean()
        .default(true)
        .describe("Let another credential of the same person take over when one's quota is used up."),
      'switch-preview-model': z.boolean().default(true).describe("Try a model's preview when its quota is used up."),
    })
    .prefault({})
    .describe('What may stand in for a used-up quota.'),
  'max-retry-credentials': z
    .number()
    .int()
    .min(0)
    .default(3)
    .describe('Most accounts asked for one request; 0 asks all.'),
  'max-retry-interval': z
    .number()
    .int()
    .min(0)
    .max(600)
    .default(30)
    .describe('Longest time a request waits for an account, in seconds.'),
  'force-model-prefix': z
    .boolean()
    .default(false)
    .describe('Accounts with a prefix serve only models that are asked for with it.'),
  'strict-translation': z
    .boolean()
    .default(false)
    .describe(
      'Refuse requests with fields that an account of another wire format cannot serve, instead of leaving them out and saying so.',
    ),
  'claude-api-key': z
    .array(apiKeyEntry())
    .default([])
    .describe("Keys of Anthropic's API, each an account of its own with its options."),
  'codex-api-key': z
    .array(apiKeyEntry())
    .default([])
    .describe("Keys of OpenAI's API, each an account of its own with its options."),
  'gemini-api-key': z
    .array(apiKeyEntry())
    .default([])
    .describe('Keys of the Gemini API, each an account of its own with its options.'),
  'vertex-api-key': z
    .array(apiKeyEntry())
    .default([])
    .describe('Keys of Vertex AI, each an account of its own with its options.'),
  'openai-compatibility': z
    .array(compatibleEntry)
    .default([])
    .describe("Other servers that speak OpenAI's Chat Completions, such as OpenRouter or one of your own."),
  tools: z
    .strictObject({
      'restore-on-quit': z
        .boolean()
        .default(false)
        .describe(
          'Put the settings of connected tools back when Fusebox quits, and connect them again at its next start. Off: they stay connected, and get no answer while Fusebox does not run.',
        ),
    })
    .prefault({})
    .describe('Other programs whose settings point here.'),
  'models-file': text
    .optional()
    .describe('Your own table of models: names and limits; models.yaml in the data folder when absent.'),
  'oauth-model-alias': z
    .partialRecord(z.enum(signedInNames), z.array(modelAlias))
    .default({})
    .describe('Own names for the models of signed-in accounts, by provider.'),
  'oauth-excluded-models': z
    .partialRecord(z.enum(signedInNames), z.array(text.min(1)))
    .default({})
    .describe('Models that signed-in accounts do not offer, by provider; * is a wildcard.'),
  endpoints: z
    .partialRecord(z.enum(providerNames), endpoint)
    .default({})
    .describe('Upstream and sign-in addresses by provider, for company gateways.'),
  'oauth-clients': z
    .partialRecord(z.enum(oauthClientNames), oauthClient)
    .default({})
    .describe('Secrets of the OAuth clients that some sign-ins need.'),
  desktop: desktopEntry.prefault({}).describe('Window, tray and notifications of the tray application.'),
});

/** Settings as the schema yields them, defaults filled in. */
export type ParsedSettings = z.infer<typeof settingsSchema>;

/** Settings with older spellings folded into their blocks. */
export type Settings = Omit<
  ParsedSettings,
  'amp-upstream-url' | 'amp-upstream-api-key' | 'amp-restrict-management-to-localhost' | 'ampcode'
> & {
  ampcode: Omit<ParsedSettings['ampcode'], 'upstream-url' | 'restrict-management-to-localhost'> & {
    'upstream-url': string;
    'restrict-management-to-localhost': boolean;
  };
};

export type AmpSettings = Settings['ampcode'];
export type ApiKeyEntry = Settings['claude-api-key'][number];
export type CompatibleEntry = Settings['openai-compatibility'][number];

/** The secret that the owner configured for a provider's sign-in. */
export function clientSecretOf(settings: Settings, provider: string): string | undefined {
  return Object.entries(settings['oauth-clients']).find(([id]) => id === provider)?.[1]['client-secret'];
}

const defaultAmpUrl = 'https://ampcode.com';

/** Folds older spellings into the `ampcode` block; the block wins where both are given. */
export function normalise(parsed: ParsedSettings): Settings {
  const {
    'amp-upstream-url': url,
    'amp-upstream-api-key': key,
    'amp-restrict-management-to-localhost': restrict,
    ...rest
  } = parsed;
  const apiKey = rest.ampcode['upstream-api-key'] ?? key;
  return {
    ...rest,
    ampcode: {
      ...rest.ampcode,
      'upstream-url': rest.ampcode['upstream-url'] ?? url ?? defaultAmpUrl,
      ...(apiKey ? { 'upstream-api-key': apiKey } : {}),
      'restrict-management-to-localhost': rest.ampcode['restrict-management-to-localhost'] ?? restrict ?? true,
    },
  };
}

/** All defaults. */
export function defaultSettings(): Settings {
  return normalise(settingsSchema.parse({}));
}

import { z } from 'zod';
import { origin, proxyUrl, stopAt, text } from './values.ts';

const modelEntry = z.strictObject({
  name: text.min(1).describe("The provider's model id."),
  alias: text.min(1).optional().describe('The name that clients use.'),
});

const credentialOptions = {
  prefix: text.optional().describe('Makes the models reachable as prefix/model.'),
  priority: z.number().int().default(0).describe('Higher is asked first.'),
  weight: z
    .number()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe('Share of new conversations by the strategy weighted; 1 when absent.'),
  'stop-at': stopAt.optional().describe('Percent of a quota window that may be used of this credential.'),
  'proxy-url': proxyUrl.optional().describe('Outbound proxy of this credential.'),
  headers: z.record(text, text).optional().describe('Extra request headers.').meta({ secret: true }),
  models: z.array(modelEntry).optional().describe('Models to offer, with aliases; all known models when absent.'),
  'excluded-models': z.array(text).optional().describe('Models not to offer; * is a wildcard.'),
};

/** An entry of a provider's list of keys. */
export const apiKeyEntry = () =>
  z.strictObject({
    'api-key': text.min(1).describe('The API key.').meta({ secret: true }),
    'base-url': origin.optional().describe("Where the API is; the provider's address under endpoints when absent."),
    ...credentialOptions,
  });

const compatibleKey = z.strictObject({
  'api-key': text.min(1).describe('The API key.').meta({ secret: true }),
  'proxy-url': proxyUrl.optional().describe('Outbound proxy of this key.'),
});

/** A server that speaks OpenAI's format, with its keys. */
export const compatibleEntry = z.strictObject({
  name: text.min(1).describe('What the server is called; also a prefix for its models where none are listed.'),
  'base-url': origin.describe('Where the API is, up to and with its version.'),
  disabled: z.boolean().default(false).describe('Leaves the server out.'),
  'api-key-entries': z
    .array(compatibleKey)
    .default([])
    .describe('Its keys, an account each; none for a server without keys.'),
  'api-keys': z.array(text.min(1)).default([]).describe('Older spelling of api-key-entries.').meta({ secret: true }),
  ...credentialOptions,
});

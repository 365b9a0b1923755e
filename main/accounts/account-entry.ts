import { z } from 'zod';
import type { Account, Secret, StoredAccount } from './account.ts';

/** An account as a vault entry. */
export interface AccountEntry extends StoredAccount {
  /** Fingerprints of credentials that the owner brought, newest last: a file imported twice is recognised by them. */
  origins: readonly string[];
}

/** Loose, so that fields of a newer version survive being written by this one. */
const accountSchema = z.looseObject({
  id: z.string().min(1),
  provider: z.string().min(1),
  kind: z.enum(['oauth', 'api-key']),
  label: z.string(),
  email: z.string().optional(),
  accountId: z.string().optional(),
  organizationId: z.string().optional(),
  organizationName: z.string().optional(),
  plan: z.string().optional(),
  paused: z.boolean(),
  priority: z.number(),
  weight: z.number().optional(),
  stopAt: z.number().optional(),
  prefix: z.string().optional(),
  proxyUrl: z.string().optional(),
  baseUrl: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  excludedModels: z.array(z.string()).optional(),
  models: z.array(z.object({ name: z.string(), alias: z.string().optional() })).optional(),
  attributes: z.record(z.string(), z.string()).optional(),
  withdrawn: z.literal(true).optional(),
  needsSignIn: z.string().optional(),
  expiresAt: z.number().optional(),
});

const secretSchema = z.looseObject({
  accessToken: z.string().optional(),
  refreshToken: z.string().optional(),
  idToken: z.string().optional(),
  apiKey: z.string().optional(),
  serviceAccountKey: z.string().optional(),
  cookie: z.string().optional(),
  scopes: z.array(z.string()).optional(),
});

const entrySchema = z.object({
  version: z.literal(1),
  account: accountSchema,
  secret: secretSchema,
  origins: z.array(z.string()).default([]),
});

export function serialiseEntry({ account, secret, origins }: AccountEntry): string {
  const { source: _, ...kept } = account;
  return JSON.stringify({ version: 1, account: kept, secret, origins });
}

/** Undefined when the text is no account entry that this version can read. */
export function parseEntry(text: string): AccountEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { account, secret, origins } = parsed.data;
  return {
    account: withoutBlanks<Account>({ ...account, source: 'vault' }),
    secret: withoutBlanks<Secret>(secret),
    origins,
  };
}

/** Drops undefined values, which zod's optional fields allow and our types do not. */
function withoutBlanks<T extends object>(value: Record<string, unknown>): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}

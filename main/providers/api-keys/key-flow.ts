import type { StoredAccount } from '../../accounts/account.ts';
import { type FlowContext, type KeyField, type KeyFlow, SignInError } from '../../accounts/sign-in/flow.ts';
import { newAccount } from '../../accounts/sign-in/new-account.ts';
import { checkKey, type KeyVerdict, type ModelsCall } from './key-check.ts';

/** What differs between the providers that take an API key. */
export interface KeyKind {
  provider: string;
  /** What the provider's own keys begin with; not asked of keys for another base URL. */
  keyPrefix?: string;
  /** Any server of that kind: it has no address of its own, and the owner names it. */
  anyServer?: boolean;
  /** Absent where no cheap call tells whether a key works. `base` has no slash at its end. */
  models?(base: string, key: string): ModelsCall;
}

type Input = Readonly<Record<string, string>>;

/** In characters. */
const longestKey = 4096;
const longestName = 200;

/** Takes an API key, asks the provider whether it is one, and makes an account of it. */
export function keyFlow(kind: KeyKind): KeyFlow {
  const text = (name: string, required = false): KeyField => ({ name, kind: 'text', required });
  return {
    method: 'api-key',
    fields: [
      ...(kind.anyServer ? [text('name', true), text('base-url', true)] : []),
      { name: 'api-key', kind: 'secret', required: true },
      ...(kind.anyServer ? [] : [text('base-url')]),
      text('prefix'),
      text('label'),
    ],
    finish: (input, context) => finish(kind, input, context),
  };
}

async function finish(kind: KeyKind, input: Input, context: FlowContext): Promise<StoredAccount> {
  const baseUrl = baseUrlIn(input);
  const key = keyIn(kind, input, baseUrl);
  const prefix = prefixIn(input);
  const { name, label } = input;
  for (const field of ['name', 'label'])
    if ((input[field] ?? '').length > longestName) throw problem(field, `it is longer than ${longestName} characters`);
  if (kind.anyServer && !name) throw problem('name', 'it is missing');
  if (kind.anyServer && !baseUrl) throw problem('base-url', 'it is missing');
  const verdict = await verdictOf(kind, baseUrl ?? context.endpoints.api, key, context);
  if (verdict?.kind === 'refused') throw problem('api-key', verdict.words);
  const facts = { ...(name ? { name } : {}), ...(verdict ? { keyCheck: wordsOf(verdict) } : {}) };
  return newAccount(
    {
      provider: kind.provider,
      label: label || name || `API key …${key.length > 12 ? key.slice(-4) : ''}`,
      ...(baseUrl ? { baseUrl } : {}),
      ...(prefix ? { prefix } : {}),
      ...(Object.keys(facts).length > 0 ? { attributes: facts } : {}),
    },
    { apiKey: key },
  );
}

async function verdictOf(
  kind: KeyKind,
  base: string,
  key: string,
  context: FlowContext,
): Promise<KeyVerdict | undefined> {
  if (!kind.models) return undefined;
  context.progress('fetching-profile');
  return checkKey(kind.models(base.replace(/\/+$/, ''), key), key, context);
}

function wordsOf(verdict: KeyVerdict): string {
  return verdict.kind === 'accepted' ? 'accepted' : `not checked: ${verdict.words}`;
}

function keyIn({ keyPrefix }: KeyKind, input: Input, baseUrl: string | undefined): string {
  const key = input['api-key'] ?? '';
  if (key === '') throw problem('api-key', 'it is missing');
  // It goes into a header: RFC 9110 §5.5.
  if (!/^[\x21-\x7e]+$/.test(key)) throw problem('api-key', 'it holds a blank or a sign that no key has');
  if (key.length > longestKey) throw problem('api-key', 'it is longer than any key');
  if (keyPrefix && !baseUrl && !key.startsWith(keyPrefix))
    throw problem('api-key', `keys of this provider begin with ${keyPrefix}`);
  return key;
}

function baseUrlIn(input: Input): string | undefined {
  const text = input['base-url'];
  if (!text) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw problem('base-url', 'it must be an http or https URL');
  if (url.username || url.password) throw problem('base-url', 'it must not hold a name or a password');
  if (url.search || url.hash) throw problem('base-url', 'it must end with the path');
  return url.href.replace(/\/+$/, '');
}

function prefixIn(input: Input): string | undefined {
  const { prefix } = input;
  if (prefix && !/^[\w.-]{1,60}$/.test(prefix))
    throw problem('prefix', 'only letters, digits, dots, dashes and underscores can be used, 60 at most');
  return prefix || undefined;
}

function problem(field: string, words: string): SignInError {
  return new SignInError('bad_input', `${field}: ${words}`);
}

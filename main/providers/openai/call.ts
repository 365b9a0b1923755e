import type { Account } from '../../accounts/account.ts';
import { BodyDraft } from '../../protocols/body-draft.ts';
import type { BaseUrl } from '../base-url.ts';
import type { ProviderRequest, UpstreamCall } from '../contract.ts';
import { ownHeaders } from '../own-headers.ts';

/** What a call of one of OpenAI's APIs is made of. */
export interface OpenaiCall {
  request: ProviderRequest;
  account: Account;
  token: string;
  base: BaseUrl;
  /** How the product names itself. */
  userAgent: string;
  /** Headers that only this provider wants. */
  headers?: Readonly<Record<string, string>>;
  /** The name that the upstream has for the model, where it is another one. */
  model?: string;
  /** Changes what this provider takes otherwise. The body's `model` is set already. */
  edit?(draft: BodyDraft): void;
}

const routes = {
  'openai-chat': '/chat/completions',
  'openai-responses': '/responses',
  anthropic: '/messages',
  gemini: '',
};

/**
 * Builds a call behind a base URL that ends in the API's version, as OpenAI's own does. All other bytes of the body stay
 * as they came. Throws JsonSyntaxError when the body is not a JSON object.
 */
export function openaiCall({
  request,
  account,
  token,
  base,
  userAgent,
  headers,
  model,
  edit,
}: OpenaiCall): UpstreamCall {
  const { wireFormat, query, stream } = request;
  const draft = new BodyDraft(request.body, request.members);
  const served = model ?? request.model;
  if (draft.text('model') !== served) draft.set('model', JSON.stringify(served));
  edit?.(draft);
  const path = `${base.path}${routes[wireFormat]}`;
  return {
    origin: base.origin,
    path: query === '' ? path : `${path}?${query}`,
    method: 'POST',
    headers: {
      accept: stream ? 'text/event-stream' : 'application/json',
      // Usage is read from the answer as it passes, and unpacking costs more than the bytes it saves.
      'accept-encoding': 'identity',
      'content-type': 'application/json',
      'user-agent': userAgent,
      // Servers of one's own often have no keys.
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
      ...ownHeaders(account),
    },
    body: draft.finish(),
  };
}

/** Routes that owners copy along with the base URL. */
const routeAtEnd = /\/(chat\/completions|completions|responses|messages|models)$/;

/** A base URL as it was meant: without a route behind it, and with the version once. */
export function apiBase({ origin, path }: BaseUrl): BaseUrl {
  return { origin, path: path.replace(routeAtEnd, '').replace(/\/v1\/v1$/, '/v1') };
}

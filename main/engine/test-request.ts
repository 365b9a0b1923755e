import type { Account } from '../accounts/account.ts';
import type { WireFormatId } from '../protocols/wire-format.ts';
import type { ProviderUpstream } from '../providers/contract.ts';

/** A request as a client would send it. */
export interface TestRequest {
  /** Path and query. */
  url: string;
  /** The upstream's names of models, to be asked in this order until it knows one. */
  models: readonly string[];
  body: object;
}

const question = 'Answer with the single word OK.';
/** Enough for models that think before they answer. */
const mostTokens = 64;

/** The smallest useful request in a format that the account's upstream speaks itself; undefined where it offers no model. */
export function testRequestFor(account: Account, upstream: ProviderUpstream): TestRequest | undefined {
  const models = testModels(account, upstream);
  const [model] = models;
  const [wireFormat] = upstream.nativeFormats;
  if (model === undefined || wireFormat === undefined) return undefined;
  return { models, ...requests[wireFormat](model) };
}

/** By format: where it goes and what it says. ChatGPT's own upstream takes no limit of tokens, so that format has none. */
const requests: Readonly<Record<WireFormatId, (model: string) => Pick<TestRequest, 'url' | 'body'>>> = {
  anthropic: (model) => ({
    url: '/v1/messages',
    body: { model, max_tokens: mostTokens, stream: true, messages: [{ role: 'user', content: question }] },
  }),
  'openai-chat': (model) => ({
    url: '/v1/chat/completions',
    body: { model, stream: true, messages: [{ role: 'user', content: question }] },
  }),
  'openai-responses': (model) => ({
    url: '/v1/responses',
    body: { model, stream: true, store: false, input: question },
  }),
  gemini: (model) => ({
    url: `/v1beta/models/${encodeURIComponent(model)}:streamGenerateContent?alt=sse`,
    body: { contents: [{ role: 'user', parts: [{ text: question }] }] },
  }),
};

/** What providers call their small models, the cheapest first; whole words of a name, for `gemini` has `mini` in it. */
const smallNames = ['nano', 'lite', 'haiku', 'mini', 'flash', 'small', 'fast', 'air', 'sonnet'];
/** Models that answer with something else than text. */
const notForText = /image|video|audio|tts|embed|vision|live|veo|imagen/;

/** A model that an account does not have costs nothing to ask for. */
const mostModels = 4;

/** The newest of each kind, the cheapest kind first, then others: not every plan has all that a provider lists. */
function testModels(account: Account, upstream: ProviderUpstream): string[] {
  const served = upstream.models(account).flatMap(({ id }) => upstream.resolveModel(account, id) ?? []);
  const forText = served.filter((id) => !notForText.test(id));
  const known = forText.length > 0 ? forText : served;
  // Providers' lists have the newest first, and sorting keeps that order among equals.
  const newest = known.filter((id, at) => known.findIndex((other) => rankOf(other) === rankOf(id)) === at);
  const cheapFirst = newest.sort((a, b) => rankOf(a) - rankOf(b));
  return [...new Set([...cheapFirst, ...known])].slice(0, mostModels);
}

function rankOf(model: string): number {
  const words = model.toLowerCase().split(/[^a-z]+/);
  const rank = smallNames.findIndex((name) => words.includes(name));
  return rank < 0 ? smallNames.length : rank;
}

import type { BodyDraft } from '../../protocols/body-draft.ts';
import { isJsonObject } from '../../protocols/exact-json.ts';
import type { UpstreamHeaders } from '../contract.ts';

/** The beta without which Claude refuses access tokens of subscriptions. */
export const oauthBeta = 'oauth-2025-04-20';

const structuredOutputsBeta = 'structured-outputs-2025-12-15';

/** Value of the `anthropic-beta` header: all names in order, each once; undefined when there are none. */
export function betaHeader(...sources: readonly (readonly string[])[]): string | undefined {
  const names = new Set<string>();
  for (const source of sources) for (const name of source) names.add(name);
  return names.size > 0 ? [...names].join(',') : undefined;
}

/** Names in a header, which may be repeated. */
export function betasInHeader(headers: UpstreamHeaders): string[] {
  const value = headers['anthropic-beta'];
  if (value === undefined) return [];
  return namesIn(Array.isArray(value) ? value.join(',') : value);
}

/** Takes the `betas` member that SDKs accept out of the body: the API knows it as a header only. */
export function takeBetas(draft: BodyDraft): string[] {
  const betas = draft.value('betas');
  if (betas === undefined) return [];
  draft.remove('betas');
  const listed = Array.isArray(betas) ? betas : [betas];
  return listed.flatMap((beta) => (typeof beta === 'string' ? namesIn(beta) : []));
}

/** Betas that a request needs by what it says: newer SDKs leave them out, and the service then refuses the field. */
export function neededBetas(draft: BodyDraft): string[] {
  const config = draft.value('output_config');
  const wantsSchema =
    draft.find('output_format') !== undefined || (isJsonObject(config) && config.format !== undefined);
  return wantsSchema ? [structuredOutputsBeta] : [];
}

function namesIn(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  return names.filter((name) => name !== '');
}

/** Subscriptions refuse the whole request over the 1M-token context of this beta ("long context beta not available"). */
export function withoutLongContext(betas: readonly string[]): string[] {
  return betas.filter((beta) => beta.toLowerCase() !== 'context-1m-2025-08-07');
}

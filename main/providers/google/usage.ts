import type { QuotaWindow, UsageEndpoint } from '../contract.ts';
import { callEndpoint, isObject, isText } from '../oauth/endpoint-call.ts';
import { googleHosts } from './hosts.ts';

/** What is left of each model, of Code Assist's accounts: those of Gemini CLI and Antigravity. */
export const codeAssistUsage: UsageEndpoint = {
  everyMs: 5 * 60_000,
  isFor: ({ kind }) => kind === 'oauth',
  async read({ attributes }, { accessToken = '' }, { endpoints, fetch, signal }) {
    const { json } = await callEndpoint(fetch, `${googleHosts(endpoints).codeAssist}/v1internal:retrieveUserQuota`, {
      headers: { authorization: `Bearer ${accessToken}` },
      json: attributes?.project === undefined ? {} : { project: attributes.project },
      signal,
    });
    return usageIn(json);
  },
};

interface Bucket {
  model: string;
  left: number;
  resetsAt: number | undefined;
}

/**
 * A window for each model, by the lowest of its buckets. Where all of them are full, that may only mean that the models
 * are there: then nothing is said of what is used.
 */
export function usageIn({ buckets }: Record<string, unknown>): QuotaWindow[] {
  const lowest = new Map<string, Bucket>();
  for (const bucket of Array.isArray(buckets) ? buckets.flatMap(bucketOf) : []) {
    const known = lowest.get(bucket.model);
    if (!known || bucket.left < known.left) lowest.set(bucket.model, bucket);
  }
  const isTelling = [...lowest.values()].some(({ left }) => left < 1);
  return [...lowest.values()].map(({ model, left, resetsAt }) => ({
    id: `model:${model}`,
    label: model,
    family: model,
    ...(isTelling ? { used: 1 - left } : { state: 'allowed' as const }),
    ...(resetsAt === undefined ? {} : { resetsAt }),
  }));
}

function bucketOf(bucket: unknown): Bucket[] {
  if (!isObject(bucket)) return [];
  const { modelId: model, remainingFraction: left, resetTime } = bucket;
  if (!isText(model) || typeof left !== 'number') return [];
  const resetsAt = isText(resetTime) ? Date.parse(resetTime) : Number.NaN;
  const fraction = Math.min(1, Math.max(0, left));
  return [{ model, left: fraction, resetsAt: Number.isNaN(resetsAt) ? undefined : resetsAt }];
}

import type { JsonObject } from '../../protocols/exact-json.ts';
import { objectIn } from '../../protocols/json-text.ts';
import { objectOf, objectsOf } from '../../protocols/json-values.ts';
import { isText } from '../oauth/endpoint-call.ts';

/** What Google's error body says beyond status and message (AIP-193). */
export interface GoogleError {
  /** `reason` of each ErrorInfo: `SERVICE_DISABLED`, `VALIDATION_REQUIRED`. */
  reasons: readonly string[];
  /** Where the owner can put it right. */
  link?: string;
}

/** Reads `{"error":{"details":[…]}}`; empty for anything else. */
export function googleErrorIn(text: string): GoogleError {
  const { details: listed } = objectOf(objectIn(text)?.error);
  const details = objectsOf(listed);
  const link = linkIn(details);
  return { reasons: details.map(({ reason }) => reason).filter(isText), ...(link ? { link } : {}) };
}

/** The page of this very problem; pages that only explain are on support.google.com. */
function linkIn(details: readonly JsonObject[]): string | undefined {
  const metadata = details.map((detail) => objectOf(detail.metadata));
  const help = details.flatMap(({ links }) => objectsOf(links));
  const pages = [
    ...metadata.map(({ activationUrl }) => activationUrl),
    ...help.map(({ url }) => url),
    ...metadata.map(({ validation_link: page }) => page),
  ].filter(isWebPage);
  return pages.find((page) => new URL(page).hostname !== 'support.google.com') ?? pages[0];
}

/** What may be opened in a browser. */
export function isWebPage(url: unknown): url is string {
  return isText(url) && URL.canParse(url) && new URL(url).protocol === 'https:';
}

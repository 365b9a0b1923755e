import { z } from 'zod';

/** Kinds of values that several settings have. */

export const text = z.string().trim();
export const origin = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });
export const positiveInt = z.number().int().positive();
export const proxyUrl = text.regex(
  /^(direct|none|(https?|socks5h?):\/\/.+)?$/,
  'must be direct, or an http, https or socks5 URL',
);

/** Percent. */
export const stopAt = z.number().int().min(1).max(100);

import type { WireFormatId } from '../protocols/wire-format.ts';

/** The wire format that a caller of a path expects, also where the path is no route; undefined outside the APIs. */
export function formatOfPath(path: string): WireFormatId | undefined {
  const inner = path.replace(/^\/api\/provider\/[^/]+/, '');
  if (inner.startsWith('/v1internal:')) return 'gemini';
  if (inner === path && !/^\/v1(beta1?)?\//.test(path)) return undefined;
  if (/^\/v1beta1?\//.test(inner) || /^\/v1\/(?:.*\/)?models\/.+:/.test(inner)) return 'gemini';
  if (inner.startsWith('/v1/messages')) return 'anthropic';
  return /^(\/v1)?\/responses/.test(inner) ? 'openai-responses' : 'openai-chat';
}

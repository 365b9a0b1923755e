/** A model and what is asked of it, as a Gemini URL names them. */
export interface ModelPath {
  /** Decoded, without leading slash, with its thinking suffix. */
  model: string;
  /** `generateContent`, `streamGenerateContent`, `countTokens`… */
  action: string;
}

const marker = '/models/';

/**
 * Reads the model from a Gemini path: `/v1beta/models/<model>:<action>` or
 * `/v1beta1/publishers/google/models/<model>:<action>`, with or without query. Undefined unless the part after
 * `/models/` holds a name, exactly one colon and an action.
 */
export function modelFromPath(path: string): ModelPath | undefined {
  const span = modelSpan(path);
  if (!span) return undefined;
  return { model: decoded(path.slice(span.start, span.colon)), action: path.slice(span.colon + 1, span.end) };
}

/** The same path with another model; the rest, query included, stays as it is. A path without a model is returned unchanged. */
export function replaceModelInPath(path: string, model: string): string {
  const span = modelSpan(path);
  if (!span) return path;
  return path.slice(0, span.start) + encodeURIComponent(model).replaceAll('%2F', '/') + path.slice(span.colon);
}

function modelSpan(path: string): { start: number; colon: number; end: number } | undefined {
  const query = path.indexOf('?');
  const end = query === -1 ? path.length : query;
  const found = path.slice(0, end).indexOf(marker);
  if (found === -1) return undefined;
  let start = found + marker.length;
  while (path[start] === '/') start++;
  const [name = '', action = '', ...more] = path.slice(start, end).split(':');
  if (name === '' || action === '' || more.length > 0) return undefined;
  return { start, colon: start + name.length, end };
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** A model and what is asked of it, as a Gemini URL names them. */
interface ModelPath {
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
  const [plain = ''] = path.split('?', 1);
  const found = plain.indexOf(marker);
  if (found === -1) return undefined;
  const [name = '', action = '', ...more] = plain.slice(found + marker.length).split(':');
  const model = decoded(name).replace(/^\/+/, '');
  return model === '' || action === '' || more.length > 0 ? undefined : { model, action };
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** What a browser brings back, however it gets here. */
export interface CallbackFields {
  state: string;
  /** Exactly one of `code` and `error`. */
  code?: string;
  error?: string;
  errorDescription?: string;
}

/** A pasted text, or what is wrong with it. */
export type Paste = { ok: true; fields: CallbackFields } | { ok: false; reason: 'no-code' | 'no-state' | 'ambiguous' };

/**
 * Reads what people paste: the whole address they landed on, its query (`?code=…`), `host/path?…`, bare
 * `code=…&state=…`, a fragment `#code=…`, or the `code#state` that a provider's page shows. Nothing without a state is
 * taken. Blanks and line ends that terminals and mail programs put in are dropped.
 */
export function parsePaste(text: string): Paste {
  const bare = text.replaceAll(/[\s\u200b]/g, '').replace(/^["'<]+|["'>]+$/g, '');
  if (/(^|[?&#])(code|error)=/.test(bare)) return fieldsOf(bare);
  const [code = '', state = '', ...rest] = bare.split('#');
  if (rest.length > 0) return { ok: false, reason: 'ambiguous' };
  // Google's codes hold a slash; an address is none of them.
  if (code === '' || /[?&]|:\/\//.test(code)) return { ok: false, reason: 'no-code' };
  return state === '' ? { ok: false, reason: 'no-state' } : { ok: true, fields: { code, state } };
}

/** The fields of a callback's query. A code of the form `code#state` carries the state with it. */
export function callbackFields(query: URLSearchParams): Paste {
  const names = ['code', 'state', 'error'];
  if (names.some((name) => query.getAll(name).length > 1)) return { ok: false, reason: 'ambiguous' };
  const [code = '', attached = ''] = (query.get('code') ?? '').split('#');
  const state = query.get('state') || attached;
  const error = query.get('error') ?? '';
  if (code === '' && error === '') return { ok: false, reason: 'no-code' };
  if (state === '') return { ok: false, reason: 'no-state' };
  if (error === '') return { ok: true, fields: { state, code } };
  const errorDescription = query.get('error_description') ?? '';
  return { ok: true, fields: { state, error, ...(errorDescription ? { errorDescription } : {}) } };
}

/** Query and fragment of one text; a fragment that holds no fields is the state of a `code=…#state`. */
function fieldsOf(text: string): Paste {
  const [before = '', fragment = ''] = split(text, '#');
  const [, query = ''] = before.includes('?') ? split(before, '?') : ['', before.includes('=') ? before : ''];
  const isFields = /(^|&)(code|state|error)=/.test(fragment);
  const fields = new URLSearchParams(isFields ? `${query}&${fragment}` : query);
  if (!isFields && fragment !== '' && !fields.has('state')) fields.set('state', decoded(fragment));
  return callbackFields(fields);
}

function split(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

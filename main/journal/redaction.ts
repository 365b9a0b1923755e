/** Keeps known secrets out of everything that is written or shown. */
export interface Redactor {
  /** Secrets below 8 characters are ignored: masking them would garble ordinary text. A secret may be added several times. */
  add(secret: string): void;
  /** Takes back one `add`. */
  remove(secret: string): void;
  /** The text with each secret masked, also where it stands URL-encoded, in base64 or escaped in JSON. */
  scrub(text: string): string;
}

const shortestSecret = 8;
/** From this length on the last four characters are shown, so that people can tell keys apart. */
const longSecret = 24;

interface Form {
  text: string;
  mask: string;
}

export function createRedactor(): Redactor {
  const counts = new Map<string, number>();
  let forms: Form[] | undefined;
  let holdsAny: (text: string) => boolean = () => false;

  return {
    add(secret) {
      if (secret.length < shortestSecret) return;
      counts.set(secret, (counts.get(secret) ?? 0) + 1);
      forms = undefined;
    },
    remove(secret) {
      const count = counts.get(secret);
      if (count === undefined) return;
      if (count > 1) counts.set(secret, count - 1);
      else counts.delete(secret);
      forms = undefined;
    },
    scrub(text) {
      if (!forms) {
        forms = formsOf(counts.keys());
        holdsAny = searchFor(forms);
      }
      if (!holdsAny(text)) return text;
      let result = text;
      for (const form of forms) {
        if (result.includes(form.text)) result = result.replaceAll(form.text, () => form.mask);
      }
      return result;
    },
  };
}

/** What stands for a secret: `[redacted]`, or `[redacted …abcd]` for a long one. Always safe within JSON and on a terminal. */
export function mask(secret: string): string {
  const ending = secret.slice(-4);
  return secret.length < longSecret || !/^[\w.=-]{4}$/.test(ending) ? '[redacted]' : `[redacted …${ending}]`;
}

/** Longest first, so that a secret that contains another one is masked whole. */
function formsOf(secrets: Iterable<string>): Form[] {
  const byText = new Map<string, string>();
  for (const secret of secrets) {
    for (const text of spellings(secret)) byText.set(text, mask(secret));
  }
  return [...byText].map(([text, masked]) => ({ text, mask: masked })).sort((a, b) => b.text.length - a.text.length);
}

/** Bits of a hash that say by a look into a table that nothing begins here. */
const tableBits = 16;
const base = 31;

/**
 * Whether any form stands in a text, in one pass however many there are: some hundred accounts have thousands of forms.
 * Rabin and Karp's search by the rolling hash of as many characters as the shortest form has.
 */
function searchFor(forms: readonly Form[]): (text: string) => boolean {
  const table = new Uint8Array(2 ** tableBits);
  const byHash = new Map<number, string[]>();
  for (const { text } of forms) {
    const hash = startHash(text);
    table[placeOf(hash)] = 1;
    const sameStart = byHash.get(hash);
    if (sameStart) sameStart.push(text);
    else byHash.set(hash, [text]);
  }
  let leaving = 1;
  for (let count = 0; count < shortestSecret; count++) leaving = Math.imul(leaving, base);
  return (text) => {
    if (byHash.size === 0 || text.length < shortestSecret) return false;
    let hash = startHash(text);
    for (let at = 0; ; at++) {
      if (table[placeOf(hash)] === 1 && byHash.get(hash)?.some((form) => text.startsWith(form, at))) return true;
      const next = at + shortestSecret;
      if (next >= text.length) return false;
      hash = (Math.imul(hash, base) + text.charCodeAt(next) - Math.imul(text.charCodeAt(at), leaving)) | 0;
    }
  };
}

function startHash(text: string): number {
  let hash = 0;
  for (let at = 0; at < shortestSecret; at++) hash = (Math.imul(hash, base) + text.charCodeAt(at)) | 0;
  return hash;
}

function placeOf(hash: number): number {
  return (hash ^ (hash >>> tableBits)) & (2 ** tableBits - 1);
}

function spellings(secret: string): string[] {
  const base64 = base64Forms(secret);
  const base64Url = base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'));
  const escaped = JSON.stringify(secret).slice(1, -1);
  const all = [secret, escaped, urlEncoded(secret), ...base64, ...base64Url];
  return all.filter((form) => form.length >= shortestSecret);
}

function urlEncoded(secret: string): string {
  // By way of UTF-8, because half of a surrogate pair would make encodeURIComponent throw.
  return encodeURIComponent(Buffer.from(secret, 'utf8').toString('utf8'));
}

/**
 * The part of a base64 text that depends on the secret alone, for each of the three places at which the secret can begin
 * within a group of three bytes: `Basic` credentials hold it behind a name.
 */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor(((offset + bytes.length) * 8) / 6);
    return encoded.slice(first, last);
  });
}

const secretNames = [
  'authorization',
  'proxy-authorization',
  'x-api-key',
  'x-goog-api-key',
  'x-management-key',
  'cookie',
  'set-cookie',
  'api-key',
  'apiKey',
  'accessToken',
  'access_token',
  'refreshToken',
  'refresh_token',
  'idToken',
  'id_token',
  'token',
  'password',
  'client_secret',
];

/** Whether a header's value is a secret whatever it is: one of those above, or one that says so itself. */
export function isSecretName(header: string): boolean {
  return /auth|token|secret|password|cookie|(api|management)-?key|credential|signature/i.test(header);
}

/** Paths for pino's `redact`: fields that hold a secret whatever its value, down to the third level of a log entry. */
export const redactedPaths: readonly string[] = secretNames.flatMap((name) =>
  ['', '*', '*.*'].map((prefix) => `${prefix}["${name}"]`),
);

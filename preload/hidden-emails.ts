/** For owners who show their screen to others: addresses stay recognisable to whoever knows them. */

const email = /([\p{L}\p{N}])[\p{L}\p{N}._%+-]*@([\p{L}\p{N}])[\p{L}\p{N}-]*((?:\.[\p{L}\p{N}-]+)+)/gu;

/** `you@example.com` as `y•••@e•••.com`; text without an address as it is. */
export function hiddenEmails(text: string): string {
  return text.includes('@')
    ? text.replace(email, (_, name, host, rest) => `${name}•••@${host}•••${lastPart(rest)}`)
    : text;
}

function lastPart(domain: string): string {
  return domain.slice(domain.lastIndexOf('.'));
}

/** By these things are called and compared, not shown. */
const names = new Set(['id', 'accountId', 'via']);

/** A copy of anything that is shown with every address in it hidden. */
export function withHiddenEmails<T>(value: T): T;
export function withHiddenEmails(value: unknown): unknown {
  if (typeof value === 'string') return hiddenEmails(value);
  if (Array.isArray(value)) return value.map((one: unknown) => withHiddenEmails(one));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, child]: [string, unknown]) => {
    return [key, names.has(key) ? child : withHiddenEmails(child)] as const;
  });
  return Object.fromEntries(entries);
}

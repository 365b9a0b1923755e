/**
 * Where another endpoint of a sign-in service is. When the owner moved the one that settings name (a company's gateway),
 * the other one moves along: same origin, same path in front.
 */
export function relatedUrl(configured: string, standard: string, wanted: string): string {
  if (configured === standard) return wanted;
  const moved = new URL(configured);
  const { pathname } = new URL(standard);
  const prefix = moved.pathname.endsWith(pathname) ? moved.pathname.slice(0, -pathname.length) : '';
  const { pathname: path, search } = new URL(wanted);
  return `${moved.origin}${prefix}${path}${search}`;
}

import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** The window's pages have a scheme of their own: no file:// rights, no server, a real origin for the policy. */
export const pageScheme = 'fusebox';
export const pageUrl = `${pageScheme}://app/`;

/** The window loads its own files and nothing else; it talks only over the bridge. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** The file below `root` that a page address stands for; undefined for any other address. */
export function pageFile(root: string, address: string): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== `${pageScheme}:` || url.host !== 'app') return undefined;
  const name = decoded(url.pathname);
  if (name === undefined || /[\0\\]/.test(name) || name.split('/').includes('..')) return undefined;
  const file = path.resolve(root, `.${name === '/' ? '/index.html' : name}`);
  return file.startsWith(path.resolve(root) + path.sep) ? file : undefined;
}

function decoded(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
}

/** Answers requests for pages from the files below `root`. */
export function pageHandler(root: string): (request: Request) => Promise<Response> {
  return async (request) => {
    const file = request.method === 'GET' ? pageFile(root, request.url) : undefined;
    const type = file && contentTypes[path.extname(file)];
    if (!file || !type) return notFound();
    const body = await readFile(file).catch(() => undefined);
    return body ? new Response(body, { headers: { ...pageHeaders, 'Content-Type': type } }) : notFound();
  };
}

const pageHeaders = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-cache',
};

function notFound(): Response {
  return new Response(null, { status: 404, headers: pageHeaders });
}

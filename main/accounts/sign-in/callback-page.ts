import { createHash } from 'node:crypto';

/** What a page of the callback server shows. Nothing in it is secret. */
export interface Page {
  status: number;
  title: string;
  text: string;
  /** A place to put things right. */
  link?: string;
  /** Loads itself again until the end is known. */
  unfinished?: boolean;
}

const style = `:root{color-scheme:light dark}body{margin:0;min-height:100vh;display:grid;place-items:center;
font:16px/1.5 system-ui,sans-serif;background:light-dark(#fafafa,#161616);color:light-dark(#1d1d1d,#ececec)}
main{max-width:32rem;padding:2rem}h1{font-size:1.4rem;margin:0 0 .5rem}p{margin:0 0 .5rem}a{color:inherit}`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** Without scripts and anything from elsewhere, so that the policy can forbid all of it. */
export function renderPage(page: Page): { headers: Record<string, string>; body: string } {
  const link = page.link && /^https:\/\//.test(page.link) ? page.link : undefined;
  const body = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(page.title)} · Fusebox</title>
<meta name="viewport" content="width=device-width"><style>${style}</style></head>
<body><main role="status"><h1>${escaped(page.title)}</h1><p>${escaped(page.text)}</p>${
    link ? `<p><a rel="noreferrer" href="${escaped(link)}">${escaped(link)}</a></p>` : ''
  }</main></body></html>`;
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      ...pageHeaders,
      ...(page.unfinished ? { refresh: '1' } : {}),
    },
    body,
  };
}

/** Of every answer of the callback server. */
export const pageHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  connection: 'close',
};

function escaped(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replaceAll(/[&<>"']/g, (sign) => names[sign] ?? '');
}

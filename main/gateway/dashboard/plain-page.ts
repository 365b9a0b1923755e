import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendRefusal } from '../refuse.ts';
import { plainHeaders } from './page-headers.ts';

/** Said instead of the window; `command` is what to type, on a line of its own. */
export interface PlainPage {
  status: number;
  title: string;
  text: string;
  command?: string;
}

export const plainPages = {
  usedLink: {
    status: 410,
    title: 'This link is no longer valid',
    text: 'A link works once, for ten minutes. For a new one, run this where Fusebox runs:',
    command: 'fusebox dashboard',
  },
  noSession: {
    status: 401,
    title: 'This browser is not signed in',
    text: 'The dashboard opens with a link that works once. For one, run this where Fusebox runs:',
    command: 'fusebox dashboard',
  },
  remote: {
    status: 403,
    title: 'The dashboard is for this machine only',
    text: 'Reach it through SSH, and open the link that “fusebox dashboard” prints:',
    command: 'ssh -L 8317:127.0.0.1:8317 you@server',
  },
  off: {
    status: 404,
    title: 'The dashboard is switched off',
    text: 'The setting remote-management.disable-control-panel says so.',
  },
  prefetch: { status: 503, title: 'Not now', text: 'A link is used when you open it, not before.' },
  notFound: { status: 404, title: 'There is no such page', text: 'The dashboard is at /ui/.' },
  notBuilt: {
    status: 503,
    title: 'The dashboard is not installed',
    text: 'Its files are missing beside the program. To build them:',
    command: 'npm run build',
  },
} as const satisfies Record<string, PlainPage>;

/** The colours of the window: renderer/theme.css. */
const style = `:root{color-scheme:light dark;--canvas:#f6f5f2;--surface:#fff;--raised:#efede8;--line:#e2dfd8;--ink:#1c1b19;--soft:#625e57;--accent:#b45f06}
@media (prefers-color-scheme:dark){:root{--canvas:#191816;--surface:#211f1d;--raised:#2c2a27;--line:#36332f;--ink:#f1efea;--soft:#aba69c;--accent:#f0a135}}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--canvas);color:var(--ink);font:14px/20px system-ui,"Segoe UI","Cantarell","Inter",sans-serif}
main{box-sizing:border-box;width:min(30rem,calc(100vw - 2rem));padding:1.5rem;border:1px solid var(--line);border-radius:8px;background:var(--surface)}
svg{width:24px;height:24px;color:var(--accent)}h1{margin:.75rem 0 .25rem;font-size:17px;line-height:24px;font-weight:600}
p{margin:0;color:var(--soft)}pre{margin:.75rem 0 0;padding:.5rem .75rem;border-radius:6px;background:var(--raised);white-space:pre-wrap;font:13px/20px ui-monospace,monospace}`;

/** The breaker, switched off: renderer/shell/breaker-glyph.tsx. */
const glyph =
  '<svg viewBox="0 0 16 16" aria-hidden="true"><rect x="3.7" y="1.7" width="8.6" height="12.6" rx="1.9" fill="none" stroke="currentColor" stroke-width="1.4"/><rect x="6" y="8" width="4" height="4" rx=".8" fill="currentColor"/></svg>';

/** A browser that is told of no icon asks for one at the root, which is not ours. */
const icon = `data:image/svg+xml,${encodeURIComponent(
  glyph.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg" color="#b45f06"'),
)}`;

const headers = plainHeaders(style);

/** Answers with a page of words. They are ours: nothing of a request is in them. */
export function showPlainPage(
  req: IncomingMessage,
  res: ServerResponse,
  { status, title, text, command }: PlainPage,
): void {
  const lines = command === undefined ? '' : `<pre><code>${command}</code></pre>`;
  const body = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title} · Fusebox</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="${icon}"><style>${style}</style></head>
<body><main>${glyph}<h1>${title}</h1><p>${text}</p>${lines}</main></body></html>`;
  sendRefusal(req, res, { status, headers, body });
}

import { open } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { commonHeaders, windowHeaders } from './page-headers.ts';

const contentTypes: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** Names that the build makes: no separator, no leading dot, and a hash of the content. */
const assetName = /^[\w-][\w.-]*-[\w-]{8,}\.[a-z]+$/;

export interface Answering {
  res: ServerResponse;
  /** False for HEAD. */
  withBody: boolean;
}

/** Streams the window's page; resolves to whether it is there. Nothing is kept in memory. */
export function sendWindow(answering: Answering, root: string): Promise<boolean> {
  return sendFile(answering, join(root, 'index.html'), windowHeaders);
}

/** Streams a file that the page names; resolves to whether there is one. Its name changes with its content. */
export async function sendAsset(answering: Answering, root: string, name: string): Promise<boolean> {
  const type = assetName.test(name) ? contentTypes[extname(name)] : undefined;
  if (type === undefined) return false;
  return sendFile(answering, join(root, 'assets', name), {
    ...commonHeaders,
    'content-type': type,
    'cache-control': 'private, max-age=31536000, immutable',
  });
}

async function sendFile({ res, withBody }: Answering, file: string, headers: Record<string, string>): Promise<boolean> {
  const handle = await open(file).catch(() => undefined);
  if (!handle) return false;
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) return false;
    res.writeHead(200, { ...headers, 'content-length': String(stats.size) });
    if (!withBody) res.end();
    // Whoever leaves midway is no failure of ours.
    else await pipeline(handle.createReadStream({ autoClose: false }), res).catch(() => {});
    return true;
  } finally {
    await handle.close();
  }
}

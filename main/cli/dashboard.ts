import { z } from 'zod';
import { findRunning, postJson } from './instance-client.ts';
import { openBrowser } from './open-browser.ts';
import { dataDirOf, type PlaceOptions } from './place.ts';

export interface DashboardOptions extends PlaceOptions {
  /** False with --no-browser. */
  browser: boolean;
  json?: boolean;
}

const linkAnswer = z.object({ url: z.url(), expiresAt: z.number() });

/** Prints a link into the dashboard, and opens it where there is a browser; resolves with 3 when no gateway runs. */
export async function dashboard({ browser, json, ...place }: DashboardOptions): Promise<number> {
  const running = await findRunning(dataDirOf(place));
  if (!running) {
    console.error('Fusebox is not running. Start it with: fusebox serve');
    return 3;
  }
  try {
    const link = linkAnswer.parse(await postJson(running, '/dashboard/links', {}));
    console.log(json ? JSON.stringify(link, null, 2) : link.url);
    const opened = browser && !json && (await openBrowser(link.url, process));
    if (!json) console.error(opened ? 'It is being opened in your browser.' : howTo(link.url));
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : 'That did not work.');
    return 1;
  }
}

function howTo(url: string): string {
  const { port } = new URL(url);
  return [
    'Open it in a browser of this machine within ten minutes; it works once.',
    `From another machine, first: ssh -L ${port}:127.0.0.1:${port} you@this-machine`,
  ].join('\n');
}

import { request } from 'node:http';

export interface Visited {
  status: number;
  /** Where the browser ended up. */
  url: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface VisitOptions {
  /** The address that stands for `localhost`. */
  address?: '127.0.0.1' | '::1';
  method?: string;
  headers?: Record<string, string>;
  /** Stops at a redirect. */
  stay?: boolean;
}

/** A browser without a screen: goes where it is sent, as a person's would. Rejects when nobody listens. */
export async function visit(url: string, options: VisitOptions = {}): Promise<Visited> {
  const visited = await get(url, options);
  const { location } = visited.headers;
  if (options.stay || typeof location !== 'string') return visited;
  return visit(new URL(location, url).toString(), options);
}

function get(url: string, { address = '127.0.0.1', method = 'GET', headers = {} }: VisitOptions): Promise<Visited> {
  const { hostname, port, pathname, search, host } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: hostname === 'localhost' ? address : hostname.replace(/^\[|\]$/g, ''),
        port,
        path: pathname + search,
        method,
        headers: { host, ...headers },
        agent: false,
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, url, headers: response.headers, body }));
      },
    );
    sent.on('error', reject).end();
  });
}

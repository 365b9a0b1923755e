import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createFetchMedia } from '../../../main/gateway/inference/translation/fetch-media.ts';
import { FieldError } from '../../../main/protocols/features.ts';

const field = 'messages[0].content[1].image_url.url';
const picture = Buffer.from('not really a picture');

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A fetcher for which loopback is public and some names resolve. */
function fetcher(
  names: Record<string, string[]> = {},
  isAllowed = (address: string): boolean => address === '127.0.0.1',
) {
  return createFetchMedia({ fetch, resolve: async (host) => names[host] ?? [], isAllowed });
}

async function refusal(fetched: Promise<unknown>): Promise<string> {
  const error = await fetched.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof FieldError)) throw new Error('It was fetched', { cause: error });
  expect(error.field).toBe(field);
  return error.message;
}

test('a linked picture comes as base64 with its type', async () => {
  const origin = await serve((_req, res) => res.writeHead(200, { 'content-type': 'image/png; x=y' }).end(picture));
  expect(await fetcher()(`${origin}/a.png`, field)).toEqual({
    mediaType: 'image/png',
    data: picture.toString('base64'),
  });
});

test('addresses of the owner’s own networks are not fetched, by number or by name', async () => {
  let asked = 0;
  const origin = await serve((_req, res) => {
    asked++;
    res.end();
  });
  const closed = fetcher({ 'router.example': ['192.168.0.1'], 'mixed.example': ['127.0.0.1', '10.0.0.1'] });
  expect(await refusal(fetcher({}, () => false)(origin, field))).toContain('its address is not public');
  expect(await refusal(closed('http://router.example/a.png', field))).toContain('its address is not public');
  expect(await refusal(closed('http://mixed.example/a.png', field))).toContain('its address is not public');
  expect(await refusal(closed('http://unknown.example/a.png', field))).toContain('its address is not public');
  expect(asked).toBe(0);
});

test('a redirect to such an address is not followed', async () => {
  const origin = await serve((_req, res) => res.writeHead(302, { location: 'http://10.0.0.1/secret' }).end());
  expect(await refusal(fetcher()(origin, field))).toContain('its address is not public');
});

test('redirects end after three', async () => {
  const origin = await serve((_req, res) => res.writeHead(302, { location: '/again' }).end());
  expect(await refusal(fetcher()(origin, field))).toContain('it is redirected too often');
});

test.each(['file:///etc/passwd', 'ftp://example.com/a.png', 'nonsense'])('%s is no address to fetch', async (url) => {
  expect(await refusal(fetcher()(url, field))).toContain('its address is not http or https');
});

test('what is no picture or document, missing or too large is refused by name', async () => {
  const origin = await serve((req, res) => {
    if (req.url === '/page') return res.writeHead(200, { 'content-type': 'text/html' }).end('<p>');
    if (req.url === '/large') {
      res.writeHead(200, { 'content-type': 'image/png' });
      const piece = Buffer.alloc(1024 * 1024);
      const more = () => {
        while (!res.destroyed && res.write(piece));
      };
      res.on('drain', more);
      return more();
    }
    return res.writeHead(404).end();
  });
  expect(await refusal(fetcher()(`${origin}/page`, field))).toContain('it is not a picture or document');
  expect(await refusal(fetcher()(`${origin}/none`, field))).toContain('its server answered 404');
  expect(await refusal(fetcher()(`${origin}/large`, field))).toContain('it is larger than 20 MB');
});

test('a server that is not there is told of without its system error', async () => {
  expect(await refusal(fetcher()('http://127.0.0.1:9/a.png', field))).toContain('it cannot be reached');
});

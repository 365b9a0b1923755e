import type { IncomingMessage, RequestListener } from 'node:http';
import type { AmpModule } from '../amp/index.ts';
import type { Clock } from '../clock.ts';
import { createAccessKeys } from '../gateway/access-keys.ts';
import type { RequestContext } from '../gateway/context.ts';
import { GatewayError } from '../gateway/errors.ts';
import { createGateway, type GatewayDeps } from '../gateway/gateway.ts';
import { createSocketServer } from '../gateway/inference/responses/socket-server.ts';
import type { ListenerHandlers } from '../gateway/listener.ts';
import type { ManagementDeps } from '../gateway/management.ts';
import { refuse } from '../gateway/refuse.ts';
import { createSocketTransport } from '../gateway/upstream/socket-transport.ts';
import type { ListedModel } from '../protocols/models-list.ts';
import { derived } from '../settings/derived.ts';
import type { Settings } from '../settings/schema.ts';

export interface HandlerParts
  extends Pick<GatewayDeps, 'newId' | 'surfaces' | 'inference' | 'exchanges' | 'dashboard'> {
  clock: Clock;
  settings(): Settings;
  /** Models that some account serves now. */
  listModels(): readonly ListedModel[];
  amp: AmpModule;
  management: ManagementDeps;
  /** The gateway is about to close its connections. */
  closing(): void;
  log: { error(fields: object, message: string): void };
}

/** The gateway's request handlers, tied to settings, accounts and the Amp module. */
export function createGatewayHandlers(parts: HandlerParts): ListenerHandlers {
  const { amp, settings } = parts;
  const contexts = new WeakMap<IncomingMessage, RequestContext>();
  const contextOf = (req: IncomingMessage) => {
    const ctx = contexts.get(req);
    if (!ctx) throw new Error('A request reached the routes without passing the guard');
    return ctx;
  };
  // With the first request that is no inference: Express takes time to load, and memory that others need not spend.
  const loadApp = async (): Promise<RequestListener> => {
    const [{ createApp }, { createManagement }] = await Promise.all([
      import('../gateway/app.ts'),
      import('../gateway/management.ts'),
    ]);
    return createApp({
      contextOf,
      models: { list: parts.listModels },
      management: createManagement(parts.management),
      amp: amp.handle,
      log: parts.log,
    });
  };
  let app: Promise<RequestListener> | undefined;
  const sockets = createSocketServer({ clock: parts.clock, newId: parts.newId, limits: parts.inference.limits });
  const gateway = createGateway({
    ...parts,
    sockets,
    upstreamSocket: () => createSocketTransport({ http: parts.inference.transport, clock: parts.clock }),
    amp: amp.access,
    logsExchanges: () => settings()['request-log'],
    ownHeaders: () => settings().routing['response-headers'],
    policy: derived(settings, (now) => ({
      hasKeys: now['api-keys'].length > 0,
      host: now.host,
      allowedHosts: now['allowed-hosts'],
      corsOrigins: now['cors-origins'],
    })),
    keys: derived(settings, (now) => createAccessKeys(now['api-keys'])),
    app(ctx) {
      contexts.set(ctx.req, ctx);
      app ??= loadApp();
      app.then(
        (serve) => serve(ctx.req, ctx.res),
        (cause) => {
          // As while the program is being replaced: it may be there for the next request.
          app = undefined;
          parts.log.error({ err: cause }, 'The routes could not be loaded');
          refuse(ctx, new GatewayError('internal_error', { cause }));
        },
      );
    },
    upgrade: amp.upgrade,
  });
  return {
    ...gateway,
    closing() {
      parts.closing();
      return sockets.drain();
    },
  };
}

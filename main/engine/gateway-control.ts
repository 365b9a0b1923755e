import type { GatewayState } from '../../preload/contract.ts';
import type { Clock } from '../clock.ts';
import { ListenError, type Listener, type ListenerHandlers, listen } from '../gateway/listener.ts';
import { nextFreePort, portHolder } from '../net/port-holder.ts';

/** Where to listen, as the settings say. */
export interface Address {
  host: string;
  port: number;
}

export interface GatewayControlDeps {
  clock: Clock;
  platform: NodeJS.Platform;
  address(): Address;
  handlers: ListenerHandlers;
  onChange(): void;
  /** A request came while there was none, or the last one ended. */
  onTurn(): void;
  /** Milliseconds that requests in flight get when the gateway stops. */
  drainLimitMs: number;
}

type Problem = NonNullable<GatewayState['problem']>;

/** Why the gateway did not start, with what to do; also found in the state. */
export class StartError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.name = 'StartError';
    this.problem = problem;
  }
}

/** Starts and stops the listener, one change after the other, and knows its state. */
export class GatewayControl {
  readonly #deps: GatewayControlDeps;
  #status: GatewayState['status'] = 'stopped';
  #problem: Problem | undefined;
  #listener: Listener | undefined;
  /** Settles when addresses that were moved away from have let their last request end. */
  #left: Promise<unknown> = Promise.resolve();
  #queue: Promise<unknown> = Promise.resolve();

  constructor(deps: GatewayControlDeps) {
    this.#deps = deps;
  }

  state(): GatewayState {
    const wanted = this.#deps.address();
    const host = this.#listener?.host ?? wanted.host;
    const port = this.#listener?.port ?? wanted.port;
    return {
      status: this.#status,
      url: `http://${urlHost(host)}:${port}`,
      host,
      port,
      inFlight: this.#listener?.inFlight() ?? 0,
      ...(this.#problem ? { problem: this.#problem } : {}),
    };
  }

  /** Whether requests are being served. */
  isBusy(): boolean {
    return (this.#listener?.inFlight() ?? 0) > 0;
  }

  /** Requests since it listens where it does. */
  requests(): number {
    return this.#listener?.requests() ?? 0;
  }

  /** Where this machine's own programs reach it; undefined while it does not run. */
  localUrl(): string | undefined {
    return this.#listener && `http://${urlHost(this.#listener.localHost)}:${this.#listener.port}`;
  }

  /** Resolves when it serves where the settings say; rejects with StartError. Does nothing when it does already. */
  start(): Promise<void> {
    return this.#inTurn(() => this.#start());
  }

  /** Resolves when every socket is closed; requests in flight may end first, within the limit. */
  stop(): Promise<void> {
    return this.#inTurn(() => this.#stop());
  }

  /**
   * After the address in the settings may have changed: moves a running gateway there, or tries again to start one that
   * failed. Rejects with StartError when that is not possible; a running gateway then stays where it is.
   */
  moveIfNeeded(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#status === 'failed' || this.#listener) await this.#start();
    });
  }

  async #moveFrom(current: Listener): Promise<void> {
    const { host, port } = this.#deps.address();
    if (host === current.host && (port === current.port || port === 0)) this.#become('running');
    else await this.#move(current);
  }

  async #move(from: Listener): Promise<void> {
    const to = this.#deps.address();
    // Addresses may overlap, and a port is given to one listener only.
    const samePort = to.port === from.port;
    if (samePort) await this.#stop();
    try {
      this.#listener = await this.#listen(to);
    } catch (error) {
      const problem = await this.#explain(error, to);
      if (samePort) this.#listener = await this.#listen(from).catch(() => undefined);
      this.#become(this.#listener ? 'running' : 'failed', problem);
      throw new StartError(problem);
    }
    this.#become('running');
    if (!samePort) this.#left = Promise.all([this.#left, from.close(this.#deps.drainLimitMs)]);
  }

  #listen({ host, port }: Address): Promise<Listener> {
    const { clock, handlers, onChange, onTurn } = this.#deps;
    const turn = () => {
      onChange();
      onTurn();
    };
    return listen({ host, port, clock, onTurn: turn }, handlers);
  }

  async #start(): Promise<void> {
    if (this.#listener) return this.#moveFrom(this.#listener);
    this.#become('starting');
    const address = this.#deps.address();
    try {
      this.#listener = await this.#listen(address);
      this.#become('running');
    } catch (error) {
      const problem = await this.#explain(error, address);
      this.#become('failed', problem);
      throw new StartError(problem);
    }
  }

  async #stop(): Promise<void> {
    if (this.#listener) this.#become('stopping');
    await Promise.all([this.#left, this.#listener?.close(this.#deps.drainLimitMs)]);
    this.#listener = undefined;
    this.#become('stopped');
  }

  async #explain(error: unknown, { host, port }: Address): Promise<Problem> {
    if (!(error instanceof ListenError))
      return { code: 'listen_failed', message: `The gateway cannot listen on ${host}.`, fix: 'See the log.' };
    if (error.reason === 'unavailable') {
      return {
        code: 'address_unavailable',
        message: `This machine has no address ${host}.`,
        fix: 'Set host to 127.0.0.1.',
      };
    }
    const free = await nextFreePort(host, port);
    const fix = free === undefined ? 'Set another port.' : `Use port ${free}, or free port ${port}.`;
    const next = free === undefined ? { port } : { port, nextFreePort: free };
    if (error.reason === 'denied')
      return { code: 'port_denied', message: `The system does not allow listening on port ${port}.`, fix, ...next };
    const holder = await portHolder(port, this.#deps.platform);
    const message = `Port ${port} is taken${holder ? ` by ${holder}` : ''}.`;
    return { code: 'port_taken', message, fix, ...(holder ? { holder } : {}), ...next };
  }

  #become(status: GatewayState['status'], problem?: Problem): void {
    this.#status = status;
    this.#problem = problem;
    this.#deps.onChange();
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(task, task);
    this.#queue = run.catch(() => {});
    return run;
  }
}

function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

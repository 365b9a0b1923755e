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

  /** Resolves when it serves; rejects with StartError. Does nothing when it runs. */
  start(): Promise<void> {
    return this.#inTurn(() => this.#start());
  }

  /** Resolves when every socket is closed; requests in flight may end first, within the limit. */
  stop(): Promise<void> {
    return this.#inTurn(() => this.#stop());
  }

  /** After the address in the settings has changed: moves a running gateway there. */
  async moveIfNeeded(): Promise<void> {
    const wanted = this.#deps.address();
    const { host, port } = this.state();
    if (this.#status !== 'running' || (wanted.host === host && (wanted.port === port || wanted.port === 0))) return;
    await this.stop();
    await this.start();
  }

  async #start(): Promise<void> {
    if (this.#listener) return;
    this.#become('starting');
    const address = this.#deps.address();
    try {
      this.#listener = await listen({ ...address, clock: this.#deps.clock }, this.#deps.handlers);
      this.#become('running');
    } catch (error) {
      const problem = await this.#explain(error, address);
      this.#become('failed', problem);
      throw new StartError(problem);
    }
  }

  async #stop(): Promise<void> {
    const listener = this.#listener;
    if (!listener) return this.#become('stopped');
    this.#become('stopping');
    await listener.close(this.#deps.drainLimitMs);
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
    const next = free === undefined ? {} : { nextFreePort: free };
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

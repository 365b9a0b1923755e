import type { StoreRequest } from './host.ts';
import type { Retention } from './request-store.ts';

export interface PortOptions {
  file: string;
  retention(): Retention;
  /** A file was set aside; `message` says why, for the owner. */
  onSetAside(message: string): void;
}

/** The way to the journal's file, wherever it is worked on. */
export interface StorePort {
  /** In the order of the calls. Rejects with StoreUnusable, or when this very request failed. */
  ask(request: StoreRequest): Promise<unknown>;
  /** What was asked before is done first. */
  close(): Promise<void>;
}

export type OpenPort = (options: PortOptions) => StorePort;

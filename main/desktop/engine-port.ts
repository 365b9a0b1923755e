import type { AppState, ImportReport } from '../../preload/contract.ts';

/** What the desktop needs of the engine. */
export interface EnginePort {
  state(): AppState;
  /** Calls back with each new state; the returned function ends it. */
  onState(listener: (state: AppState) => void): () => void;
  start(): Promise<void>;
  stop(): Promise<void>;
  usePort(port: number): Promise<void>;
  pauseAccount(id: string, paused: boolean): Promise<void>;
  removeAccount(id: string): Promise<void>;
  importAccounts(path?: string): Promise<ImportReport>;
  /** Re-arms timers after the machine slept. */
  wake(): void;
  close(): Promise<void>;
}

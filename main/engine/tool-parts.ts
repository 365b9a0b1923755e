import { join } from 'node:path';
import { createToolDesk, type ToolDesk, type ToolDeskParts } from '../tools/desk.ts';
import type { EngineOptions } from './engine-options.ts';

export interface ToolParts
  extends Pick<EngineOptions, 'clock' | 'dataDir' | 'env' | 'homeDir' | 'platform' | 'settings'> {
  /** `http://127.0.0.1:8317`. */
  url(): string;
  /** Ids of the models that some account serves now. */
  models(): string[];
  isOwn(url: URL): boolean;
  secrets: ToolDeskParts['secrets'];
  scrub(text: string): string;
  onChange(): void;
}

export interface ToolCare {
  /** At the start. After a crash nothing has been put back: what should not stay connected waits for the gateway. */
  begin(): void;
  /** The gateway serves. */
  started(): void;
  /** Address or keys may be others now. */
  look(): void;
  end(): Promise<void>;
}

/** Looks after connected tools while the engine lives; whatever their files are like, the gateway serves. */
export function careForTools(
  desk: ToolDesk,
  settings: EngineOptions['settings'],
  log: { error(fields: object, text: string): void },
): ToolCare {
  const told = (work: Promise<void>) =>
    work.catch((error: unknown) => log.error({ err: error }, "A tool's files could not be looked after"));
  const goesBack = () => settings.current().tools['restore-on-quit'];
  return {
    begin: () => void told(goesBack() ? desk.suspend() : desk.look()),
    started: () => void told(desk.resume()),
    look: () => void told(desk.look()),
    end: () => told(goesBack() ? desk.suspend() : desk.settled()),
  };
}

/** The tools of this machine's owner; their files are told of this engine's gateway. */
export function openTools(parts: ToolParts): ToolDesk {
  const { clock, env, homeDir, platform, settings } = parts;
  return createToolDesk({
    machine: { platform, env, homeDir },
    folder: join(parts.dataDir, 'tools'),
    wish() {
      const [key] = settings.current()['api-keys'];
      return { url: parts.url(), models: parts.models(), ...(key === undefined ? {} : { key }) };
    },
    isOwn: parts.isOwn,
    secrets: parts.secrets,
    scrub: parts.scrub,
    now: () => clock.now(),
    onChange: parts.onChange,
  });
}

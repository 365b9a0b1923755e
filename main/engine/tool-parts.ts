import { join } from 'node:path';
import type { EngineOptions } from '../engine.ts';
import { createToolDesk, type ToolDesk, type ToolDeskParts } from '../tools/desk.ts';

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

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const memorySchema = z.object({
  /** The window's place, in device-independent pixels. */
  window: z
    .object({ x: z.number().int(), y: z.number().int(), width: z.number().int(), height: z.number().int() })
    .optional(),
  /** The owner has been told that closing the window leaves Fusebox in the tray. */
  toldAboutTray: z.boolean().optional(),
});

export type DesktopMemory = z.infer<typeof memorySchema>;

/** What the desktop remembers between runs and nobody would call a setting. */
export interface DesktopMemoryFile {
  read(): DesktopMemory;
  remember(patch: DesktopMemory): void;
}

/** Keeps it in one small JSON file; a file that is missing or damaged is an empty memory. */
export function desktopMemory(file: string): DesktopMemoryFile {
  const read = (): DesktopMemory => {
    try {
      return memorySchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    } catch {
      return {};
    }
  };
  return {
    read,
    remember(patch) {
      const next = `${file}.new`;
      writeFileSync(next, `${JSON.stringify({ ...read(), ...patch }, null, 2)}\n`);
      renameSync(next, file);
    },
  };
}

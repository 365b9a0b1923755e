import { parseArgs } from 'node:util';
import { z } from 'zod';

/** What the desktop application is started with. */
export interface LaunchOptions {
  /** A YAML settings file instead of the application's own store. */
  config?: string;
  dataDir?: string;
  /** Where secrets are kept; absent: the keychain where it works, else an encrypted file. */
  vault?: 'keychain' | 'file' | 'memory';
  /** Start in the tray, without the window: what a login item asks for. */
  hidden: boolean;
}

const optionsSchema = z.object({
  config: z.string({ error: '--config needs a file' }).min(1, '--config needs a file').optional(),
  'data-dir': z.string({ error: '--data-dir needs a folder' }).min(1, '--data-dir needs a folder').optional(),
  vault: z.enum(['keychain', 'file', 'memory'], { error: '--vault must be keychain, file or memory' }).optional(),
  hidden: z.boolean().default(false),
});

/**
 * Reads the options from a command line. Unknown options are left alone: Chromium has hundreds of its own.
 * @throws Error with one sentence for people when an option has no usable value.
 */
export function readLaunchOptions(argv: readonly string[]): LaunchOptions {
  const { values } = parseArgs({
    args: [...argv],
    strict: false,
    options: {
      config: { type: 'string' },
      'data-dir': { type: 'string' },
      vault: { type: 'string' },
      hidden: { type: 'boolean' },
    },
  });
  const parsed = optionsSchema.safeParse(values);
  if (!parsed.success) throw new Error(parsed.error.issues[0]?.message ?? 'The command line cannot be read');
  const { config, 'data-dir': dataDir, vault, hidden } = parsed.data;
  return { hidden, ...(vault ? { vault } : {}), ...(config ? { config } : {}), ...(dataDir ? { dataDir } : {}) };
}

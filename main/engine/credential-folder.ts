import { join } from 'node:path';
import type { CredentialFolderState } from '../../preload/contract.ts';
import {
  type CredentialWatch,
  type CredentialWatchOptions,
  createCredentialWatch,
} from '../accounts/credential-watch.ts';

export interface CredentialFolderParts extends Omit<CredentialWatchOptions, 'folder' | 'memoryFile'> {
  dataDir: string;
}

/** The folder of credential files that the settings name, followed as long as they name it. */
export interface CredentialFolder {
  /** Follows this folder from now on. */
  follow(folder: string): void;
  state(): CredentialFolderState;
  settleOriginals(remove: boolean): Promise<void>;
  close(): Promise<void>;
}

export function createCredentialFolder({ dataDir, ...parts }: CredentialFolderParts): CredentialFolder {
  let folder: string | undefined;
  let watch: CredentialWatch | undefined;
  return {
    follow(wanted) {
      if (wanted === folder) return;
      void watch?.close();
      folder = wanted;
      watch = createCredentialWatch({ ...parts, folder, memoryFile: join(dataDir, 'credential-files.json') });
      watch
        .start()
        .catch((error: unknown) => parts.log.warn({ err: error }, 'The credential folder cannot be followed'));
    },
    state: () => ({
      path: folder ?? '',
      originals: watch?.originals().length ?? 0,
      broken: [...(watch?.broken() ?? [])],
    }),
    settleOriginals: async (remove) => watch?.settleOriginals(remove),
    async close() {
      await watch?.close();
    },
  };
}

import { join } from 'node:path';
import type { Account } from '../accounts/account.ts';
import type { Settings } from '../settings/schema.ts';
import type { AccountParts } from './account-parts.ts';
import type { EngineOptions } from './engine-options.ts';
import { expandHome } from './home-path.ts';
import { createModelsFile, type ModelsFile } from './models-file.ts';
import { createOwnerModels, ownedProvider } from './owner-models.ts';

export interface ModelParts {
  /** Providers with the models that their owner wants. */
  providerOf: AccountParts['providerOf'];
  /** Another object whenever what the providers offer has changed. */
  revision(): object;
  file: Pick<ModelsFile, 'path' | 'problem'>;
  /** Takes over the path that the settings name. */
  settingsChanged(): Promise<void>;
  close(): void;
}

type ModelOptions = Pick<EngineOptions, 'clock' | 'settings' | 'log' | 'dataDir' | 'homeDir'>;

/** What accounts offer, by the program's tables and the owner's own. Rejects never: a table that cannot be used is told of. */
export async function openModels(
  { clock, settings, log, dataDir, homeDir }: ModelOptions,
  { providers, providerOf }: Pick<AccountParts, 'providers' | 'providerOf'>,
  onChange: () => void,
): Promise<ModelParts> {
  const file = createModelsFile({ clock, providers: providers.map(({ id }) => id), log: log.logger, onChange });
  const source = createOwnerModels({ settings: () => settings.current(), tables: file.tables });
  const owned = new Map(providers.map((provider) => [provider.id, ownedProvider(provider, source)]));
  const follow = () => file.follow(pathIn(settings.current(), dataDir, homeDir));
  await follow();
  return {
    providerOf: (account: Account) => owned.get(account.provider) ?? providerOf(account),
    revision: source.revision,
    file,
    settingsChanged: follow,
    close: file.close,
  };
}

function pathIn(settings: Settings, dataDir: string, homeDir: string): string {
  const path = settings['models-file'];
  return path === undefined ? join(dataDir, 'models.yaml') : expandHome(path, homeDir);
}

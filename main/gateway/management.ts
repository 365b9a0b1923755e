import type { Router } from 'express';
import { createAccessKeys } from './access-keys.ts';
import { createBackOff } from './management/back-off.ts';
import { createDispatcher } from './management/dispatch.ts';
import { createManagementKey } from './management/management-key.ts';
import { type ManagementCalls, managementRoutes } from './management/routes.ts';

export interface ManagementDeps extends ManagementCalls {
  /** The one-time token of this run; kept in a file that only the owner can read. */
  token: string;
}

/** Control of a running gateway by the command line and by scripts: docs/management-api.md. */
export function createManagement(deps: ManagementDeps): Router {
  const { settings, clock } = deps;
  const remote = () => settings.current()['remote-management'];
  return createDispatcher(managementRoutes(deps), {
    token: createAccessKeys([deps.token]),
    key: createManagementKey(() => remote()['secret-key']),
    allowsRemote: () => remote()['allow-remote'],
    backOff: createBackOff(() => clock.now()),
  });
}

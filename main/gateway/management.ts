import type { Router } from 'express';
import type { Clock } from '../clock.ts';
import { createAccessKeys } from './access-keys.ts';
import { type AccountCalls, accountHandlers, accountSpecs } from './management/account-routes.ts';
import { createBackOff } from './management/back-off.ts';
import { cliproxyAccountRoutes } from './management/cliproxy/account-routes.ts';
import { cliproxyListRoutes } from './management/cliproxy/list-routes.ts';
import { cliproxySettingRoutes } from './management/cliproxy/setting-routes.ts';
import { cliproxySignInRoutes } from './management/cliproxy/sign-in-routes.ts';
import { createDispatcher } from './management/dispatch.ts';
import { type JournalCalls, journalHandlers, journalSpecs } from './management/journal-routes.ts';
import { createManagementKey } from './management/management-key.ts';
import { openApiDocument } from './management/open-api.ts';
import { type OverviewCalls, overviewHandlers, overviewSpecs } from './management/overview-routes.ts';
import { type Route, routesOf } from './management/route.ts';
import { type SettingsCalls, settingsHandlers, settingsSpecs } from './management/settings-routes.ts';
import { type SignInCalls, signInHandlers, signInSpecs } from './management/sign-in-routes.ts';

export const managementPrefix = '/v0/management';

/** Whether the router below answers a path, which is then guarded by its own token instead of a key. */
export function isManagementPath(path: string): boolean {
  return path === managementPrefix || path.startsWith(`${managementPrefix}/`);
}

export interface ManagementDeps extends AccountCalls, Omit<OverviewCalls, 'openApi'> {
  /** The one-time token of this run; kept in a file that only the owner can read. */
  token: string;
  version: string;
  clock: Clock;
  settings: SettingsCalls;
  signIns: SignInCalls;
  journal: JournalCalls;
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

/** Every route, in the order in which the document lists them. Nothing is called before a request comes. */
export function managementRoutes(deps: ManagementDeps): Route[] {
  const openApi = () =>
    openApiDocument(
      routes.map(({ spec }) => spec),
      deps.version,
    );
  const routes: Route[] = [
    ...routesOf(overviewSpecs, overviewHandlers({ ...deps, openApi })),
    ...routesOf(accountSpecs, accountHandlers(deps)),
    ...routesOf(signInSpecs, signInHandlers(deps.signIns)),
    ...routesOf(settingsSpecs, settingsHandlers(deps.settings)),
    ...routesOf(journalSpecs, journalHandlers(deps.journal)),
    ...cliproxySettingRoutes(deps.settings),
    ...cliproxyListRoutes(deps.settings),
    ...cliproxyAccountRoutes(deps),
    ...cliproxySignInRoutes(deps.signIns, deps.clock),
  ];
  return routes;
}

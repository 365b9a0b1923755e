import type { Clock } from '../../clock.ts';
import { type AccountCalls, accountHandlers, accountSpecs } from './account-routes.ts';
import { cliproxyAccountRoutes } from './cliproxy/account-routes.ts';
import { cliproxyListRoutes } from './cliproxy/list-routes.ts';
import { cliproxyPartRoutes } from './cliproxy/part-routes.ts';
import { cliproxySettingRoutes } from './cliproxy/setting-routes.ts';
import { cliproxySignInRoutes } from './cliproxy/sign-in-routes.ts';
import { type DashboardCalls, dashboardHandlers, dashboardSpecs } from './dashboard-routes.ts';
import { type JournalCalls, journalHandlers, journalSpecs } from './journal-routes.ts';
import { openApiDocument } from './open-api.ts';
import { type OverviewCalls, overviewHandlers, overviewSpecs } from './overview-routes.ts';
import { type Route, routesOf } from './route.ts';
import { type SettingsCalls, settingsHandlers, settingsSpecs } from './settings-routes.ts';
import { type SignInCalls, signInHandlers, signInSpecs } from './sign-in-routes.ts';
import { type ToolRouteCalls, toolHandlers, toolSpecs } from './tools-routes.ts';

/** Everything that the routes call. */
export interface ManagementCalls extends AccountCalls, DashboardCalls, Omit<OverviewCalls, 'openApi'> {
  version: string;
  clock: Clock;
  settings: SettingsCalls;
  signIns: SignInCalls;
  journal: JournalCalls;
  tools: ToolRouteCalls;
}

/** Every route, in the order in which the document lists them. Nothing is called before a request comes. */
export function managementRoutes(calls: ManagementCalls): Route[] {
  const openApi = () =>
    openApiDocument(
      routes.map(({ spec }) => spec),
      calls.version,
    );
  const routes: Route[] = [
    ...routesOf(overviewSpecs, overviewHandlers({ ...calls, openApi })),
    ...routesOf(accountSpecs, accountHandlers(calls)),
    ...routesOf(signInSpecs, signInHandlers(calls.signIns)),
    ...routesOf(settingsSpecs, settingsHandlers(calls.settings)),
    ...routesOf(journalSpecs, journalHandlers(calls.journal)),
    ...routesOf(
      toolSpecs,
      toolHandlers(calls.tools, () => calls.state().tools),
    ),
    ...routesOf(dashboardSpecs, dashboardHandlers(calls)),
    ...cliproxySettingRoutes(calls.settings),
    ...cliproxyPartRoutes(calls.settings),
    ...cliproxyListRoutes(calls.settings),
    ...cliproxyAccountRoutes(calls),
    ...cliproxySignInRoutes(calls.signIns, calls.clock),
  ];
  return routes;
}

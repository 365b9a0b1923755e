import { type CallName, callSchemas } from '../../../preload/contract.ts';
import type { DashboardCalls } from '../../gateway/dashboard/routes.ts';
import { exportText } from '../../journal/export.ts';
import type { Approve } from '../../settings/change.ts';
import { answerCall, carryOut } from './answer-call.ts';
import { CallRefused } from './call-handlers.ts';
import { type EngineCallParts, engineCalls } from './engine-calls.ts';
import { proxyHandlers } from './proxy-handlers.ts';
import { importUploaded } from './uploaded-files.ts';

export interface DashboardCallParts extends EngineCallParts {
  dataDir: string;
  /** Told of failures that are not refusals. */
  onError(what: string, error: unknown): void;
}

/** Nobody is asked outside of the page, so no page leads tokens elsewhere. */
const refuseRedirects: Approve = async ([redirect]) => {
  throw new CallRefused(
    'not_from_browser',
    `Tokens would go to another address (${redirect?.setting}), which cannot be changed from a browser.`,
    'Change it where Fusebox runs: in the settings file, or over the management API with the local token.',
  );
};

function browserCalls({ engine, settings }: EngineCallParts) {
  const calls = engineCalls({ engine, settings: { ...settings, approve: refuseRedirects } });
  return {
    ...calls,
    ...proxyHandlers(calls, engine, refuseRedirects),
    // The application names what does nothing where it runs; a server need not have the settings of a desktop at all.
    'settings.describe': async () => {
      const { settings: all, file } = await calls['settings.describe'](undefined);
      return { settings: all.filter(({ noEffect }) => noEffect === undefined), file };
    },
  };
}

/** The calls of the window in a browser: all that need neither this machine's desktop nor another address of the gateway. */
export function dashboardCalls({ engine, settings, dataDir, onError }: DashboardCallParts): DashboardCalls {
  const {
    // They would take the dashboard away from whoever asks.
    'gateway.start': _start,
    'gateway.stop': _stop,
    'gateway.use-port': _usePort,
    ...handlers
  } = browserCalls({ engine, settings });
  const failed = (name: CallName, error: unknown) => onError(`the call ${name} failed`, error);
  return {
    call: (name, argument) => answerCall({ handlers, onError: failed }, name, argument),
    async importFiles(upload) {
      const work = () => importUploaded(upload, { dataDir, importAccounts: (folder) => engine.importAccounts(folder) });
      const parts = { handlers: { 'accounts.import': work }, onError: failed };
      return carryOut(parts, 'accounts.import', undefined);
    },
    exportRequests(query) {
      const checked = callSchemas['journal.export'].safeParse(query);
      if (!checked.success) return undefined;
      const { format, ...filter } = checked.data;
      return {
        name: `fusebox-requests.${format}`,
        type: format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json',
        text: exportText(format, engine.journal.all(filter)),
      };
    },
  };
}

import { type CallName, callSchemas } from '../../../preload/contract.ts';
import type { DashboardCalls } from '../../gateway/dashboard/routes.ts';
import { exportText } from '../../journal/export.ts';
import { answerCall, carryOut } from './answer-call.ts';
import { type EngineCallParts, engineCalls } from './engine-calls.ts';
import { importUploaded } from './uploaded-files.ts';

export interface DashboardCallParts extends EngineCallParts {
  dataDir: string;
  /** Told of failures that are not refusals. */
  onError(what: string, error: unknown): void;
}

/** The calls of the window in a browser: all that need neither this machine's desktop nor another address of the gateway. */
export function dashboardCalls({ engine, settings, dataDir, onError }: DashboardCallParts): DashboardCalls {
  const {
    // They would take the dashboard away from whoever asks.
    'gateway.start': _start,
    'gateway.stop': _stop,
    'gateway.use-port': _usePort,
    ...handlers
  } = engineCalls({ engine, settings });
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

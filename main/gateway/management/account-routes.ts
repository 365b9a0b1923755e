import { z } from 'zod';
import { type AppState, type CallArgument, callSchemas, type ImportReport } from '../../../preload/contract.ts';
import type { RequestRecord } from '../../journal/record.ts';
import { GatewayError } from '../errors.ts';
import { NotKnown } from './arguments.ts';
import type { Handlers, RouteSpec } from './route.ts';

/** What scripts and the command line do with accounts. */
export interface AccountCalls {
  state(): AppState;
  importAccounts(path: string, passphrase: string | undefined): Promise<ImportReport>;
  /** Resolves to how many were written. */
  exportAccounts(path: string, passphrase: string): Promise<number>;
  pauseAccount(id: string, paused: boolean): Promise<void>;
  removeAccount(id: string): Promise<void>;
  /** Resolves to whether it was still there to put back. */
  restoreAccount(id: string): Promise<boolean>;
  resetAccount(id: string): Promise<void>;
  testAccount(id: string): Promise<RequestRecord>;
  readUsage(): void;
  updateAccount(id: string, patch: Omit<CallArgument<'account.update'>, 'id'>): Promise<void>;
  /** The owner's answer what to do with credential files whose tokens the vault has. */
  settleOriginals(remove: boolean): Promise<void>;
}

const path = z.string('must be a non-empty string').min(1).max(4096);
const passphrase = z.string('must be a string').max(1000);
const group = 'Accounts';
const done = { status: 204, about: 'Done' } as const;

/** Ids stand in the path, percent-encoded. */
export const accountSpecs = {
  list: {
    ...{ method: 'GET', path: '/accounts', group, summary: 'The accounts, without their secrets' },
    answer: { status: 200, about: 'A list of AccountView' },
  },
  readUsage: {
    ...{ method: 'POST', path: '/accounts/usage', group },
    summary: 'Reads from the providers what is left, where that is not known freshly; the accounts have it soon after',
    answer: { status: 202, about: 'It is being read' },
  },
  import: {
    ...{ method: 'POST', path: '/accounts/import', group, onlyLocal: true },
    summary: 'Brings accounts in from a folder or file of this machine',
    body: z.strictObject({ path, passphrase: passphrase.optional() }),
    answer: { status: 200, about: 'ImportReport' },
  },
  export: {
    ...{ method: 'POST', path: '/accounts/export', group, onlyLocal: true },
    summary: 'Writes all accounts to a file of this machine that only the passphrase opens',
    body: z.strictObject({ path, passphrase }),
    answer: { status: 200, about: 'exported: how many' },
  },
  pause: {
    ...{ method: 'POST', path: '/accounts/{id}/pause', group, summary: 'Pauses or resumes an account' },
    body: callSchemas['account.pause'].omit({ id: true }),
    answer: done,
  },
  reset: {
    ...{ method: 'POST', path: '/accounts/{id}/reset', group, summary: 'Ends the cooldowns of an account' },
    answer: done,
  },
  test: {
    ...{ method: 'POST', path: '/accounts/{id}/test', group },
    summary: 'Sends one tiny real request through an account, whatever holds it back, and says how it went',
    answer: { status: 200, about: 'RequestRecord: the whole trail, as the journal has it' },
  },
  restore: {
    ...{ method: 'POST', path: '/accounts/{id}/restore', group },
    summary: 'Takes a removal back that was made within the last half minute',
    answer: done,
  },
  update: {
    ...{ method: 'PATCH', path: '/accounts/{id}', group },
    summary: 'Changes what the owner decides of an account; what is left out stays, null takes it away',
    body: callSchemas['account.update'].omit({ id: true }),
    answer: done,
  },
  remove: {
    ...{ method: 'DELETE', path: '/accounts/{id}', group, summary: 'Removes an account' },
    answer: done,
  },
  settleOriginals: {
    ...{ method: 'POST', path: '/accounts/originals', group, onlyLocal: true },
    summary: 'Deletes credential files whose tokens the vault has, or keeps them; asked for once',
    body: callSchemas['credentials.settle-originals'],
    answer: done,
  },
  resetAll: {
    ...{ method: 'POST', path: '/breakers/reset', group, summary: 'Ends the cooldowns of all accounts' },
    answer: done,
  },
} as const satisfies Record<string, RouteSpec>;

export function accountHandlers(calls: AccountCalls): Handlers<typeof accountSpecs> {
  const known = ({ id = '' }: Record<string, string>): string => {
    if (calls.state().accounts.some((account) => account.id === id)) return id;
    throw new NotKnown('There is no such account');
  };
  return {
    list: () => calls.state().accounts,
    readUsage: () => calls.readUsage(),
    import: ({ body }) => calls.importAccounts(body.path, body.passphrase),
    export: async ({ body }) => ({ exported: await calls.exportAccounts(body.path, body.passphrase) }),
    pause: ({ params, body }) => calls.pauseAccount(known(params), body.paused),
    reset: ({ params }) => calls.resetAccount(known(params)),
    test: ({ params }) => calls.testAccount(known(params)),
    async restore({ params: { id = '' } }) {
      if (!(await calls.restoreAccount(id))) throw new NotKnown('There is nothing to take back any more');
    },
    update({ params, body, by }) {
      if (by !== 'token' && leadsElsewhere(body.proxyUrl)) throw new GatewayError('management_local');
      return calls.updateAccount(known(params), body);
    },
    remove: ({ params }) => calls.removeAccount(known(params)),
    settleOriginals: ({ body }) => calls.settleOriginals(body.remove),
    async resetAll() {
      for (const { id } of calls.state().accounts) await calls.resetAccount(id);
    },
  };
}

/** An account's tokens go through its proxy. */
function leadsElsewhere(proxyUrl: string | null | undefined): boolean {
  return typeof proxyUrl === 'string' && proxyUrl !== 'direct' && proxyUrl !== 'none';
}

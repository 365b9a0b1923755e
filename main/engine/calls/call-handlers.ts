import type { CallArgument, CallName, CallResults } from '../../../preload/contract.ts';

/** One handler for every call of the contract. */
export type CallHandlers = {
  [N in CallName]: (argument: CallArgument<N>) => Promise<CallResults[N]> | CallResults[N];
};

/** Calls that need something of the machine in front of the owner: a clipboard, a dialog, a browser, an installer. */
export type DeskCall =
  | 'sign-in.open'
  | 'sign-in.choose-file'
  | 'accounts.import'
  | 'journal.export'
  | Extract<CallName, `clipboard.${string}` | `update.${string}`>;

/** A refusal in words for people. */
export class CallRefused extends Error {
  readonly code: string;
  readonly fix: string | undefined;
  constructor(code: string, message: string, fix?: string) {
    super(message);
    this.name = 'CallRefused';
    this.code = code;
    this.fix = fix;
  }
}

import type { SignInView } from '../../../preload/contract.ts';
import type { CallbackHub } from './callback-hub.ts';
import type { Page } from './callback-page.ts';
import type { FlowContext } from './flow.ts';
import type { CallbackFields } from './paste.ts';

/** What of a sign-in's view changes while it runs. */
export type Progress = Pick<
  SignInView,
  | 'phase'
  | 'expiresAt'
  | 'page'
  | 'browser'
  | 'device'
  | 'fields'
  | 'step'
  | 'question'
  | 'outcome'
  | 'problem'
  | 'cancelling'
>;

/** A running sign-in, as the drivers of the three kinds of flow see it. */
export interface FlowRun {
  context: FlowContext;
  hub: Pick<CallbackHub, 'reserve'>;
  /** How it stands, for the browser's page. */
  page(): Page;
  change(progress: Partial<Progress>): void;
  /** Resolves to whether a browser was opened. Never rejects. */
  open(url: string): Promise<boolean>;
  /** Rejects with SignInError when `limitMs` milliseconds have passed, or when the sign-in is cancelled. */
  within<T>(limitMs: number, work: Promise<T>): Promise<T>;
  /** Called when the sign-in is over, at once if it is. */
  atEnd(task: () => void): void;
  /** Kept out of everything that is shown or logged. */
  secret(...values: (string | undefined)[]): void;
  /** Who takes a pasted address; throws SignInError when it is not for this sign-in. Undefined: nobody does. */
  takePaste: ((fields: CallbackFields) => void) | undefined;
  /** Who takes filled-in fields. */
  takeFields: ((input: Readonly<Record<string, string>>) => void) | undefined;
}

import type { SignInView } from '../../preload/contract.ts';
import { type CallHandlers, CallRefused } from '../engine/calls/call-handlers.ts';
import type { Engine } from '../engine.ts';
import type { KeyFiles } from './key-files.ts';

type SignInCalls =
  | 'sign-in.submit'
  | 'sign-in.open'
  | 'sign-in.choose-file'
  | 'clipboard.copy-sign-in-link'
  | 'clipboard.copy-sign-in-code';

export interface SignInCallParts {
  engine: Engine;
  copy(text: string): void;
  keyFiles: KeyFiles;
}

/** The calls of sign-ins that need a browser, a dialog or a clipboard; a key file that was picked goes along with what is submitted. */
export function signInHandlers({ engine, copy, keyFiles }: SignInCallParts): Pick<CallHandlers, SignInCalls> {
  const { signIns } = engine;
  const copied = (text: string | undefined): null => {
    if (text === undefined) throw new CallRefused('nothing_to_copy', 'This sign-in has nothing to copy at the moment.');
    copy(text);
    return null;
  };
  return {
    'sign-in.submit': ({ id, fields }) => signIns.submit(id, { ...fields, ...keyFiles.textsOf(id) }),
    'sign-in.open': async ({ id }) => {
      if (await signIns.open(id)) return null;
      throw new CallRefused('not_opened', 'No browser could be opened.', 'Copy the link and open it yourself.');
    },
    'sign-in.choose-file': async ({ id, field }) => {
      if (!takesFile(signIns.get(id), field)) throw new CallRefused('no_such_field', 'No file is asked for there.');
      const name = await keyFiles.choose(id, field);
      if (name === undefined) throw new CallRefused('cancelled', 'Nothing was chosen.');
      return { name };
    },
    'clipboard.copy-sign-in-link': ({ id, manual }) =>
      copied(manual ? signIns.get(id)?.browser?.manualUrl : signIns.link(id)),
    'clipboard.copy-sign-in-code': ({ id }) => copied(signIns.get(id)?.device?.userCode),
  };
}

function takesFile(view: SignInView | undefined, field: string): boolean {
  return view?.fields?.some(({ name, kind }) => name === field && kind === 'file') ?? false;
}

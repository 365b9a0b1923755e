import type { AppState, CallArgument, CallName, CallResult, SignInView } from '../../preload/contract.ts';
import { text } from '../text/en.ts';
import { copyText } from './copy-text.ts';
import { pickFiles } from './pick-files.ts';
import { refused, type ServerCalls } from './server-calls.ts';

const words = text.browser.refused;

/** As large as the application takes them: main/desktop/key-files.ts, main/accounts/import.ts. In bytes. */
const largestKeyFile = 64 * 1024;
const largestCredentialFile = 1024 * 1024;
/** What the server takes at once, with room for how JSON spells it: main/gateway/dashboard/routes.ts. */
const mostUpload = 3 * 1024 * 1024;

type DeskCalls = { [N in CallName]?: (argument: CallArgument<N>) => Promise<CallResult<N>> };

/** The calls that the application carries out on its desktop, as a browser can: by its own clipboard, tabs, files and downloads. */
export function deskCalls(state: () => AppState | undefined, server: ServerCalls): DeskCalls {
  const keyFiles = createKeyFiles();
  const signInOf = (id: string) => state()?.signIns.find((view) => view.id === id);
  return {
    'clipboard.copy-url': () => copied(state()?.gateway.url),
    'clipboard.copy-sign-in-link': ({ id, manual }) => copied(linkOf(signInOf(id), manual ?? false)),
    'clipboard.copy-sign-in-code': ({ id }) => copied(signInOf(id)?.device?.userCode),
    async 'clipboard.copy-snippet'({ id }) {
      const snippets = await server.call('tools.snippets', undefined);
      return snippets.ok ? copied(snippets.value.find((one) => one.id === id)?.text) : snippets;
    },
    'sign-in.open': async ({ id }) => openPage(signInOf(id)),
    async 'sign-in.choose-file'({ id, field }) {
      const [file] = await pickFiles(false, largestKeyFile);
      if (!file) return refused('cancelled', words.cancelled);
      if (file.text === '') return refused('no_key_file', words.noKeyFile(file.name));
      keyFiles.keep(id, field, file.text);
      return { ok: true, value: { name: file.name } };
    },
    'sign-in.submit': ({ id, fields }) =>
      server.call('sign-in.submit', { id, fields: { ...fields, ...keyFiles.textsOf(id, signInOf(id)) } }),
    async 'accounts.import'() {
      const files = await pickFiles(true, largestCredentialFile);
      if (files.length === 0) return refused('cancelled', words.cancelled);
      const size = files.reduce((sum, file) => sum + file.text.length, 0);
      return size > mostUpload ? refused('too_large', words.tooLarge) : server.post('import', { files });
    },
    'journal.export': async ({ format, ...filter }) => download({ ...filter, format }),
  };
}

async function copied(content: string | undefined) {
  if (content === undefined) return refused('nothing_to_copy', words.nothingToCopy);
  return (await copyText(content)) ? done : refused('not_copied', words.notCopied);
}

const done = { ok: true, value: null } as const;

function linkOf(view: SignInView | undefined, manual: boolean): string | undefined {
  const { browser, device } = view ?? {};
  return manual ? browser?.manualUrl : (browser?.url ?? device?.completeUrl ?? device?.url);
}

/** In a tab of its own, which learns nothing of this one. */
function openPage(view: SignInView | undefined) {
  const address = view?.problem?.link ?? view?.page;
  if (address === undefined || !/^https?:\/\//.test(address)) return refused('not_opened', words.notOpened);
  window.open(address, '_blank', 'noopener,noreferrer');
  return done;
}

/** Key files that were picked, until their sign-in is over. */
function createKeyFiles() {
  const texts = new Map<string, Record<string, string>>();
  return {
    keep(id: string, field: string, content: string) {
      texts.set(id, { ...texts.get(id), [field]: content });
    },
    /** Only of a sign-in that asks for them; what was kept for others is forgotten. */
    textsOf(id: string, view: SignInView | undefined): Record<string, string> {
      const kept = view?.phase === 'input' ? texts.get(id) : undefined;
      for (const other of [...texts.keys()]) if (other !== id || !kept) texts.delete(other);
      return kept ?? {};
    },
  };
}

/** The browser saves it by itself: how much it was, only the server knows. */
function download(query: Record<string, string | number | undefined>): CallResult<'journal.export'> {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  const link = document.createElement('a');
  link.href = `export?${new URLSearchParams(given)}`;
  link.download = `fusebox-requests.${query.format}`;
  link.click();
  return { ok: true, value: { file: link.download } };
}

import { homedir } from 'node:os';
import { dialog, type OpenDialogOptions } from 'electron';
import type { CallResult } from '../../preload/contract.ts';
import { importWords } from './import-words.ts';

/** Asks for a folder of credential files, starting at `authDir`; undefined when the owner cancels. */
export async function chooseImport(authDir: string, platform: NodeJS.Platform): Promise<string | undefined> {
  const { canceled, filePaths } = await dialog.showOpenDialog({
    title: 'Import accounts',
    message: 'Choose a folder of CLIProxyAPI or Claude Code credential files.',
    buttonLabel: 'Import',
    defaultPath: authDir.replace(/^~(?=$|[/\\])/, homedir()),
    properties: openProperties(platform),
  });
  return canceled ? undefined : filePaths[0];
}

/** Only macOS can offer files and folders in one dialog. https://www.electronjs.org/docs/latest/api/dialog */
function openProperties(platform: NodeJS.Platform): NonNullable<OpenDialogOptions['properties']> {
  return platform === 'darwin'
    ? ['openDirectory', 'openFile', 'showHiddenFiles']
    : ['openDirectory', 'showHiddenFiles'];
}

/** Tells what came of an import that was started from the tray. */
export async function tellImport(result: CallResult<'accounts.import'>): Promise<void> {
  if (!result.ok && result.error.code === 'cancelled') return;
  const { message, detail } = result.ok
    ? importWords(result.value)
    : { message: result.error.message, detail: result.error.fix ?? '' };
  await dialog.showMessageBox({ type: 'info', title: 'Fusebox', message, detail, buttons: ['OK'] });
}

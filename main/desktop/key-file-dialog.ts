import { dialog } from 'electron';

/** Asks for a key file; undefined when the owner cancels. */
export async function pickKeyFile(): Promise<string | undefined> {
  const { canceled, filePaths } = await dialog.showOpenDialog({
    title: 'Choose the key file',
    buttonLabel: 'Choose',
    properties: ['openFile', 'showHiddenFiles'],
    filters: [
      { name: 'Key files', extensions: ['json'] },
      { name: 'All files', extensions: ['*'] },
    ],
  });
  return canceled ? undefined : filePaths[0];
}

import { dialog } from 'electron';
import type { ExportFormat } from '../../preload/journal-view.ts';

/** Asks where an export goes; undefined when the owner cancels. */
export async function chooseExport(format: ExportFormat): Promise<string | undefined> {
  const { canceled, filePath } = await dialog.showSaveDialog({
    title: 'Export requests',
    buttonLabel: 'Export',
    defaultPath: `fusebox-requests.${format}`,
    filters: [{ name: format === 'csv' ? 'Table (CSV)' : 'JSON', extensions: [format] }],
  });
  return canceled ? undefined : filePath;
}

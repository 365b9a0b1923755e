import { X } from 'lucide-react';
import type { ImportReport } from '../../preload/contract.ts';
import { text } from '../text/en.ts';

export interface ImportReportBarProps {
  report: ImportReport;
  onDismiss(): void;
}

/** What came of an import, and which files were left out for which reason. */
export function ImportReportBar({ report: { imported, skipped, warnings = [] }, onDismiss }: ImportReportBarProps) {
  return (
    <div role="status" className="flex items-start gap-3 border-t border-line bg-raised px-5 py-3 text-sm">
      <div className="flex-1">
        <p className="font-medium">
          {imported.length === 0 ? text.imported.none : text.imported.some(imported.length)}
        </p>
        <ul className="text-soft">
          {imported.map(({ label, updated }) => (
            <li key={label}>{updated ? text.imported.updated(label) : label}</li>
          ))}
          {skipped.map(({ file, reason }) => (
            <li key={file}>{text.imported.skipped(fileName(file), reason)}</li>
          ))}
          {warnings.map((warning) => (
            <li key={warning} className="text-ink">
              {warning}
            </li>
          ))}
        </ul>
      </div>
      <button
        type="button"
        onClick={onDismiss}
        aria-label={text.imported.dismiss}
        className="rounded p-0.5 text-soft hover:text-ink"
      >
        <X aria-hidden="true" className="size-4" />
      </button>
    </div>
  );
}

function fileName(file: string): string {
  return file.split(/[/\\]/).at(-1) ?? file;
}

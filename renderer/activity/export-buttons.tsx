import { Download } from 'lucide-react';
import { useState } from 'react';
import type { ExportFormat, RequestFilter } from '../../preload/journal-view.ts';
import { Button } from '../shell/button.tsx';
import { useFusebox } from '../state/fusebox.tsx';
import { text } from '../text/en.ts';

const words = text.activity.export;

/** Writes what the filters mean to a file that the owner chooses, and says how much it was. */
export function useExport(filter: RequestFilter) {
  const { call } = useFusebox();
  const [done, setDone] = useState<string>();
  const write = async (format: ExportFormat) => {
    setDone(undefined);
    const result = await call('journal.export', { ...filter, format });
    if (!result.ok) return;
    const { requests, file } = result.value;
    setDone(requests === undefined ? words.saving(file) : words.done(requests, file));
  };
  return { done, write: (format: ExportFormat) => void write(format) };
}

export function ExportButtons({ onExport }: { onExport(format: ExportFormat): void }) {
  return (
    <>
      <Button onClick={() => onExport('csv')}>
        <Download aria-hidden="true" className="size-3.5" />
        {words.csv}
      </Button>
      <Button onClick={() => onExport('json')}>
        <Download aria-hidden="true" className="size-3.5" />
        {words.json}
      </Button>
    </>
  );
}

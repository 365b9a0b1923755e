import { useEffect, useState } from 'react';
import type { JournaledRequest } from '../../preload/journal-view.ts';
import { useFusebox } from '../state/fusebox.tsx';

/** One request: from the list where it is there, else from the journal. `missing`: it is in neither. */
export function useOpened(id: string | undefined, rows: readonly JournaledRequest[]) {
  const { attempt } = useFusebox();
  const listed = rows.find((row) => row.id === id);
  const [found, setFound] = useState<JournaledRequest>();
  const [missingId, setMissingId] = useState<string>();
  const needed = listed === undefined ? id : undefined;
  useEffect(() => {
    if (needed === undefined) return;
    let current = true;
    void attempt('journal.record', { id: needed }).then((result) => {
      if (!current) return;
      if (result.ok) setFound(result.value);
      else setMissingId(needed);
    });
    return () => {
      current = false;
    };
  }, [needed, attempt]);
  const request = listed ?? (found?.id === id ? found : undefined);
  return { request, missing: id !== undefined && request === undefined && missingId === id };
}

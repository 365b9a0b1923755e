import { useCallback, useEffect, useState } from 'react';
import { withHiddenEmails } from '../../preload/hidden-emails.ts';
import type { JournalChoices } from '../../preload/journal-view.ts';
import { useFusebox } from '../state/fusebox.tsx';
import { isUnknown } from './request-reading.ts';

/** What filters can be set to, as the journal has it: e-mail addresses are whole. Undefined until read; read again when a request brings something new. */
export function useChoices(): JournalChoices | undefined {
  const { state, attempt } = useFusebox();
  const [choices, setChoices] = useState<JournalChoices>();
  const load = useCallback(async () => {
    const result = await attempt('journal.choices', undefined);
    setChoices(result.ok ? result.value : { tools: [], accounts: [], models: [] });
  }, [attempt]);
  const isRead = choices !== undefined;
  const seen = choices && (state.hideEmails ? withHiddenEmails(choices) : choices);
  const news = seen && state.recent.find((request) => isUnknown(seen, request))?.id;
  useEffect(() => {
    if (!isRead || news !== undefined) void load();
  }, [isRead, news, load]);
  return choices;
}

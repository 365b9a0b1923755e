import { useCallback, useState } from 'react';
import type { RequestRecord } from '../../main/journal/record.ts';
import { useFusebox } from '../state/fusebox.tsx';

/** A test of one account: nothing yet, under way, or how it went. */
export interface AccountTest {
  state: 'none' | 'running' | RequestRecord;
  run(): void;
  dismiss(): void;
}

export function useAccountTest(id: string): AccountTest {
  const { call } = useFusebox();
  const [state, setState] = useState<AccountTest['state']>('none');
  const run = useCallback(async () => {
    setState('running');
    const result = await call('account.test', { id });
    setState(result.ok ? result.value : 'none');
  }, [call, id]);
  return { state, run: () => void run(), dismiss: () => setState('none') };
}

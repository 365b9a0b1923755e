import { useCallback, useEffect, useState } from 'react';
import type { ToolPlan } from '../../preload/tools-view.ts';
import { useFusebox } from '../state/fusebox.tsx';
import type { ToolChoice } from './tool-reading.ts';

export interface Planned {
  choice: ToolChoice;
  plan: ToolPlan;
}

/** What is about to be done with one tool: looked at first, then carried out as it was shown. */
export function usePlan(id: string) {
  const { call, state } = useFusebox();
  const [planned, setPlanned] = useState<Planned>();
  const [withKey, setWithKey] = useState(false);
  const show = useCallback(
    async (choice: ToolChoice, key: boolean) => {
      const { action } = choice;
      if (!action) return void (await call('tools.forget', { id }));
      const result = await call('tools.plan', { id, action, ...(key ? { withKey: key } : {}) });
      setPlanned(result.ok ? { choice, plan: result.value } : undefined);
    },
    [call, id],
  );
  const carryOut = async () => {
    if (!planned) return;
    const { choice, plan } = planned;
    const over = choice.over ? { over: true } : {};
    const { ok } =
      plan.action === 'connect'
        ? await call('tools.connect', { id, token: plan.token, ...over, ...(withKey ? { withKey } : {}) })
        : await call('tools.restore', { id, token: plan.token, ...over });
    if (ok) setPlanned(undefined);
    // What was shown does not hold any more: it is shown anew before anything is written.
    else void show(choice, withKey);
  };
  const url = state.gateway.url;
  const open = planned?.choice;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address is written, so another one is another plan
  useEffect(() => {
    if (open) void show(open, withKey);
  }, [url, withKey]);
  return {
    planned,
    withKey,
    setWithKey,
    show: (choice: ToolChoice) => show(choice, withKey),
    carryOut,
    cancel: () => setPlanned(undefined),
  };
}

import { useCallback, useEffect, useRef, useState } from 'react';
import type { ToolPlan } from '../../preload/tools-view.ts';
import { type Fusebox, useFusebox } from '../state/fusebox.tsx';
import type { ToolChoice } from './tool-reading.ts';

export interface Planned {
  choice: ToolChoice;
  plan: ToolPlan;
}

/** What is about to be done with one tool: looked at first, then carried out as it was shown. */
export function usePlan(id: string) {
  const { call, attempt, state } = useFusebox();
  const [planned, setPlanned] = useState<Planned>();
  const [withKey, setWithKey] = useState(false);
  const looks = useRef(0);
  const putAway = () => {
    looks.current++;
    setPlanned(undefined);
    setWithKey(false);
  };
  const look = useCallback(
    async (choice: ToolChoice, action: ToolPlan['action'], ask: Fusebox['call']) => {
      const round = ++looks.current;
      const result = await ask('tools.plan', { id, action, ...(withKey ? { withKey } : {}) });
      // Given up, or asked otherwise, meanwhile.
      if (round === looks.current) setPlanned(result.ok ? { choice, plan: result.value } : undefined);
    },
    [id, withKey],
  );
  const choose = async (choice: ToolChoice) => {
    if (choice.action) await look(choice, choice.action, call);
    else await call('tools.forget', { id });
  };
  const carryOut = async () => {
    if (!planned) return;
    const { choice, plan } = planned;
    const wish = { id, token: plan.token, ...(choice.over ? { over: true } : {}) };
    const key = withKey ? { withKey } : {};
    const { ok } = await (plan.action === 'connect'
      ? call('tools.connect', { ...wish, ...key })
      : call('tools.restore', wish));
    if (ok) putAway();
    // What was shown does not hold any more: it is shown anew, below the words that say so.
    else await look(choice, plan.action, attempt);
  };
  const { url } = state.gateway;
  const shown = useRef(planned);
  shown.current = planned;
  // With another address or key it is another plan.
  useEffect(() => {
    const open = shown.current;
    if (open && url !== '') void look(open.choice, open.plan.action, attempt);
  }, [url, look, attempt]);
  return { planned, withKey, setWithKey, choose, carryOut, cancel: putAway };
}

import { TriangleAlert } from 'lucide-react';
import type { GatewayState } from '../../preload/contract.ts';
import { plainText } from '../settings/setting-reading.ts';
import { BreakerSwitch } from '../shell/breaker-switch.tsx';
import { Button } from '../shell/button.tsx';
import { useFusebox } from '../state/fusebox.tsx';
import { useOptimistic } from '../state/optimistic.ts';
import { text } from '../text/en.ts';

export interface GatewayHeaderProps {
  gateway: GatewayState;
  settingsProblem: string | undefined;
  journalProblem: string | undefined;
}

/** The main breaker: on or off, and why not when it fails. */
export function GatewayHeader({ gateway, settingsProblem, journalProblem }: GatewayHeaderProps) {
  const { call, browser } = useFusebox();
  const isOn = gateway.status === 'running' || gateway.status === 'starting';
  const { shown, choose } = useOptimistic(isOn, (on) => call(on ? 'gateway.start' : 'gateway.stop', undefined));
  return (
    <div className="p-5">
      <div className="flex items-center gap-4">
        {/* Stopping the gateway would take a browser's page along. */}
        {browser ? null : (
          <BreakerSwitch on={shown} label={text.gateway.switchLabel} size="large" onChange={(on) => void choose(on)} />
        )}
        <div>
          <h1 className="font-semibold text-lg">{text.gateway.word[gateway.status]}</h1>
          <p className="text-sm text-soft">{sentence(gateway)}</p>
        </div>
      </div>
      {gateway.problem ? <GatewayProblem gateway={gateway} problem={gateway.problem} /> : null}
      {settingsProblem ? <Warning heading={text.problem.settings} body={plainText(settingsProblem)} /> : null}
      {journalProblem ? <Warning heading={text.problem.journal} body={journalProblem} /> : null}
    </div>
  );
}

function sentence(gateway: GatewayState): string {
  if (gateway.status === 'running') return text.gateway.running(gateway.inFlight);
  if (gateway.status === 'starting' || gateway.status === 'stopping') return text.gateway[gateway.status];
  return text.gateway.stopped;
}

type Problem = NonNullable<GatewayState['problem']>;

function GatewayProblem({ gateway, problem }: { gateway: GatewayState; problem: Problem }) {
  const { call, browser } = useFusebox();
  const taken = problem.code === 'port_taken';
  const free = problem.nextFreePort;
  return (
    <Warning
      heading={taken ? text.problem.portTaken(problem.port ?? gateway.port, problem.holder) : problem.message}
      body={taken ? text.problem.portTakenFix : problem.fix}
    >
      {browser ? null : (
        <>
          {free === undefined ? null : (
            <Button weight="primary" onClick={() => void call('gateway.use-port', { port: free })}>
              {text.problem.moveTo(free)}
            </Button>
          )}
          <Button onClick={() => void call('gateway.start', undefined)}>{text.problem.retry}</Button>
        </>
      )}
    </Warning>
  );
}

function Warning({ heading, body, children }: { heading: string; body: string; children?: React.ReactNode }) {
  return (
    <div role="alert" className="mt-4 flex items-start gap-3 rounded-md bg-warn-wash px-4 py-3 text-sm">
      <TriangleAlert aria-hidden="true" className="mt-px size-4 shrink-0 text-warn" />
      <div className="flex-1">
        <p className="font-medium">{heading}</p>
        <p className="text-soft whitespace-pre-line">{body}</p>
        {children ? <div className="mt-3 flex gap-2">{children}</div> : null}
      </div>
    </div>
  );
}

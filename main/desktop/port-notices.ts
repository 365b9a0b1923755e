import type { AppState } from '../../preload/contract.ts';

type GatewayView = Pick<AppState, 'gateway'>;

/** Turns states into notices: one for each time that the port is found taken, by whomever. */
export function portNotices(notify: (notice: { title: string; body: string }) => void): (state: GatewayView) => void {
  let told: number | undefined;
  return ({ gateway: { problem, port } }) => {
    const taken = problem?.code === 'port_taken' ? (problem.port ?? port) : undefined;
    const isNews = taken !== undefined && taken !== told;
    told = taken;
    if (!isNews) return;
    const other = problem?.nextFreePort === undefined ? '' : ` Port ${problem.nextFreePort} is free.`;
    notify({
      title: `Port ${taken} is taken by ${problem?.holder ?? 'another program'}`,
      body: `Fusebox cannot serve there.${other}`,
    });
  };
}

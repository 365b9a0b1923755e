import type { RouteQuestion, RouteView } from '../../preload/route-view.ts';
import { findRunning, getJson } from './instance-client.ts';
import { dataDirOf, type PlaceOptions } from './place.ts';
import { routeText } from './route-text.ts';

/** Prints where a request for a model would go now, and why; resolves with 3 when no gateway runs. */
export async function showRoute(question: RouteQuestion, options: PlaceOptions & { json?: boolean }): Promise<number> {
  const running = await findRunning(dataDirOf(options));
  if (!running) {
    console.error('Fusebox is not running: cooldowns and conversations are known to the running gateway only.');
    return 3;
  }
  try {
    const view = (await getJson(running, `/route?${new URLSearchParams(question)}`)) as RouteView;
    console.log(options.json ? JSON.stringify(view, null, 2) : routeText(view, process.stdout.columns).join('\n'));
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : 'That did not work.');
    return 1;
  }
}

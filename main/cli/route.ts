import { findRunning, getJson } from './instance-client.ts';
import { dataDirOf, type PlaceOptions } from './place.ts';

/** Prints where a request for a model would go now, and why; resolves with 3 when no gateway runs. */
export async function showRoute(
  model: string,
  options: PlaceOptions & { format: string; json?: boolean },
): Promise<number> {
  const running = await findRunning(dataDirOf(options));
  if (!running) {
    console.error('Fusebox is not running: cooldowns and conversations are known to the running gateway only.');
    return 3;
  }
  const question = new URLSearchParams({ model, format: options.format });
  const { lines } = (await getJson(running, `/route?${question}`)) as { lines: string[] };
  console.log(options.json ? JSON.stringify({ model, lines }, null, 2) : lines.join('\n'));
  return 0;
}

import { describe } from 'vitest';
import type { Package } from './install.ts';
import { whyMissing } from './install.ts';

/** `describe` for tests of a client; they are skipped, with the reason in their title, where the registry does not give it. */
export async function describeWith(
  client: { title: string; package?: Package },
  title: string,
  body: () => void,
): Promise<void> {
  const reason = client.package && (await whyMissing(client.package));
  if (reason === undefined) describe(`${client.title} ${title}`, body);
  else describe.skip(`${client.title} ${title} (${reason})`, body);
}

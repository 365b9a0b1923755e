import { createClaudeProvider } from './claude/index.ts';
import type { Provider, ProviderId } from './contract.ts';

/** Every provider by its id. `userAgent` is how the product names itself upstream, as `Fusebox/1.2.3`. */
export function createProviders(identity: { userAgent: string }): Readonly<Record<ProviderId, Provider>> {
  return Object.freeze({ claude: createClaudeProvider(identity) });
}

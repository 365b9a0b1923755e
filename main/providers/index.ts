import { createClaudeProvider } from './claude/index.ts';
import type { Provider } from './contract.ts';

/** Every provider. `userAgent` is how the product names itself upstream, as `Fusebox/1.2.3`. */
export function createProviders(identity: { userAgent: string }): readonly Provider[] {
  return Object.freeze([createClaudeProvider(identity)]);
}

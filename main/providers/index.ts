import { antigravityProvider } from './antigravity/index.ts';
import { geminiProvider } from './api-keys/index.ts';
import { createChatgptProvider } from './chatgpt/index.ts';
import { createClaudeProvider } from './claude/index.ts';
import type { Provider } from './contract.ts';
import { geminiCliProvider } from './gemini-cli/index.ts';
import { createIflowProvider } from './iflow/index.ts';
import { createKimiProvider } from './kimi/index.ts';
import { createOpenaiProvider } from './openai/index.ts';
import { createCompatibleProvider } from './openai-compatible/index.ts';
import { createQwenProvider } from './qwen/index.ts';
import { vertexProvider } from './vertex/index.ts';
import { xaiProvider } from './xai/index.ts';

/** How the product names itself and this installation. */
export interface ProductIdentity {
  /** `Fusebox/1.2.3`. */
  userAgent: string;
  /** Random, made once for this installation; says nothing of the machine. */
  installId: string;
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

/** Every provider, in the order in which they are offered. */
export function createProviders(identity: ProductIdentity): readonly Provider[] {
  return Object.freeze([
    createClaudeProvider(identity),
    createChatgptProvider(identity),
    antigravityProvider,
    geminiCliProvider,
    createKimiProvider(identity),
    xaiProvider,
    createQwenProvider(identity),
    createIflowProvider(identity),
    createOpenaiProvider(identity),
    geminiProvider,
    createCompatibleProvider(identity),
    vertexProvider,
  ]);
}

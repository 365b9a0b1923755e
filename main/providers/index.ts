import { randomUUID } from 'node:crypto';
import { createAntigravityProvider } from './antigravity/index.ts';
import { createChatgptProvider } from './chatgpt/index.ts';
import { createClaudeProvider } from './claude/index.ts';
import type { Provider } from './contract.ts';
import { createGeminiProvider } from './gemini/index.ts';
import { createGeminiCliProvider } from './gemini-cli/index.ts';
import { createIflowProvider } from './iflow/index.ts';
import { createKimiProvider } from './kimi/index.ts';
import { createOpenaiProvider } from './openai/index.ts';
import { createCompatibleProvider } from './openai-compatible/index.ts';
import { createQwenProvider } from './qwen/index.ts';
import { createVertexProvider } from './vertex/index.ts';
import { createXaiProvider } from './xai/index.ts';

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
    createAntigravityProvider({ ...identity, newId: randomUUID }),
    createGeminiCliProvider(identity),
    createKimiProvider(identity),
    createXaiProvider(identity),
    createQwenProvider(identity),
    createIflowProvider(identity),
    createOpenaiProvider(identity),
    createGeminiProvider(identity),
    createCompatibleProvider(identity),
    createVertexProvider(identity),
  ]);
}

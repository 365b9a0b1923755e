import type { ConformanceUpstream } from '../upstream.ts';
import { compatibleUpstream, iflowUpstream, qwenUpstream } from './chat.ts';
import { claudeUpstream } from './claude.ts';
import { antigravityUpstream, geminiCliUpstream, geminiUpstream, vertexUpstream } from './google.ts';
import { chatgptUpstream, openaiUpstream, xaiUpstream } from './responses.ts';

/** Every upstream of the matrix; each starts a fake of its own. */
export const startUpstreams: readonly (() => Promise<ConformanceUpstream>)[] = [
  claudeUpstream,
  chatgptUpstream,
  antigravityUpstream,
  geminiCliUpstream,
  openaiUpstream,
  geminiUpstream,
  vertexUpstream,
  xaiUpstream,
  compatibleUpstream,
  qwenUpstream,
  iflowUpstream,
];

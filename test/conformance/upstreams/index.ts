import type { ConformanceUpstream } from '../upstream.ts';
import { claudeUpstream } from './claude.ts';

/** Every upstream of the matrix; each starts a fake of its own. */
export const startUpstreams: readonly (() => Promise<ConformanceUpstream>)[] = [claudeUpstream];

import type { FinishReason } from '../answer.ts';
import { brokenCall } from './broken-call.ts';

const refusals = new Set([
  'SAFETY',
  'RECITATION',
  'LANGUAGE',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'SPII',
  'IMAGE_SAFETY',
  'IMAGE_PROHIBITED_CONTENT',
  'IMAGE_RECITATION',
  'MODEL_ARMOR',
]);
const brokenCalls = new Set([brokenCall, 'UNEXPECTED_TOOL_CALL', 'TOO_MANY_TOOL_CALLS']);

/** Why an answer ended; a call that was made is what ended it, whatever the name. */
export function finishOf(name: string, sawCall: boolean): FinishReason {
  if (name === 'MAX_TOKENS') return 'max-output';
  if (refusals.has(name)) return 'refusal';
  if (brokenCalls.has(name)) return sawCall ? 'tool-calls' : 'broken-tool-call';
  return sawCall ? 'tool-calls' : 'end';
}

const names: Readonly<Record<FinishReason, string>> = {
  end: 'STOP',
  'stop-sequence': 'STOP',
  'tool-calls': 'STOP',
  pause: 'STOP',
  'max-output': 'MAX_TOKENS',
  'context-full': 'MAX_TOKENS',
  refusal: 'SAFETY',
  'broken-tool-call': brokenCall,
};

export function finishName(reason: FinishReason): string {
  return names[reason];
}

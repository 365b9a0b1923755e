import { createUsageReader as anthropicReader } from '../../protocols/anthropic/usage-reader.ts';
import { createUsageReader as geminiReader } from '../../protocols/gemini/usage-reader.ts';
import { createUsageReader as chatReader } from '../../protocols/openai-chat/usage-reader.ts';
import { createUsageReader as responsesReader } from '../../protocols/openai-responses/usage-reader.ts';
import type { Usage, WireFormatId } from '../../protocols/wire-format.ts';
import type { AnswerTracker } from './attempt.ts';

interface Reports {
  usage(): Usage | undefined;
  /** Data of the error event that ended a stream. */
  error(): string | undefined;
}

/** Reads what an answer says of its tokens and its end, in the wire format it comes in. */
export function createAnswerTracker(format: WireFormatId, stream: boolean): AnswerTracker & Reports {
  switch (format) {
    case 'anthropic':
      return anthropicReader(stream);
    case 'openai-chat':
      return chatReader(stream);
    case 'openai-responses':
      return responsesReader(stream);
    case 'gemini':
      return geminiReader(stream);
  }
}

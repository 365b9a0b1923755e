import type { AnswerTranslation } from '../../../protocols/translation/answer.ts';
import type { WireFormatId } from '../../../protocols/wire-format.ts';
import type { UpstreamCall, UpstreamFailure } from '../../../providers/contract.ts';

/** An upstream call, and how its answer becomes the client's. */
export interface PreparedCall {
  call: UpstreamCall;
  /** What the upstream answers in. */
  format: WireFormatId;
  /** Whether the upstream was asked for a stream. */
  stream: boolean;
  /** Absent where the answer's bytes are the client's already. */
  translate?: (fromStream: boolean) => AnswerTranslation;
  /** The call without what the upstream refused, to be tried once; undefined where nothing can be done. */
  repair(failure: UpstreamFailure): PreparedCall | undefined;
  /** The client's fields that were left out, by their names. */
  dropped: readonly string[];
  /** The client's fields that were sent otherwise than asked. */
  changed: readonly string[];
}

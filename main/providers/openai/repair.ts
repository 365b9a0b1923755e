import { withoutReasoning } from '../../protocols/openai-responses/body-edits.ts';
import type { UpstreamFailure } from '../contract.ts';

/** The body without its reasoning, where the upstream could not read that; undefined for every other failure. */
export function repairResponses(body: Buffer, failure: UpstreamFailure): Buffer | undefined {
  if (!('status' in failure)) return undefined;
  const isUnreadable =
    /invalid_encrypted_content|encrypted content .{0,80}(could not be|cannot be|not be) (verified|decrypted)/i;
  return isUnreadable.test(failure.body) ? withoutReasoning(body) : undefined;
}

import type { FlowContext } from '../../accounts/sign-in/flow.ts';
import { callEndpoint, EndpointRefusal } from '../oauth/endpoint-call.ts';
import { withoutSecrets } from '../oauth/failures.ts';

/** The cheapest call that a key allows: a list of models. */
export interface ModelsCall {
  url: string;
  headers: Record<string, string>;
}

export type KeyVerdict =
  | { kind: 'accepted' }
  /** The provider says that there is no such key. */
  | { kind: 'refused'; words: string }
  /** Nothing is known: it could not be asked, or its answer is no verdict on the key. */
  | { kind: 'unknown'; words: string };

/**
 * Asks the provider for its models. Only what says that the key is none is a refusal: a key may be good and yet not list
 * models, and a compatible server may have no such list. Rejects with the signal's reason when the sign-in ends.
 */
export async function checkKey(
  call: ModelsCall,
  key: string,
  { fetch, signal }: Pick<FlowContext, 'fetch' | 'signal'>,
): Promise<KeyVerdict> {
  try {
    await callEndpoint(fetch, call.url, { method: 'GET', headers: call.headers, signal });
    return { kind: 'accepted' };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (!(error instanceof EndpointRefusal)) return { kind: 'unknown', words: 'the provider could not be reached' };
    const { status, code, description } = error;
    const said = [`${status} ${code}`.trim(), description].filter(Boolean).join(': ');
    const words = `the provider answered ${withoutSecrets(said, [key])}`;
    return { kind: isVerdict(error) ? 'refused' : 'unknown', words };
  }
}

/** Google answers 400 where others answer 401. */
function isVerdict({ status, text }: EndpointRefusal): boolean {
  return status === 401 || (status === 400 && /API_KEY_INVALID|API key not valid/.test(text));
}

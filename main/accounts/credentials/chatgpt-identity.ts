import { jwtClaims } from '../jwt-claims.ts';
import { isRecord, textField } from './fields.ts';

export interface ChatgptIdentity {
  email?: string;
  /** The person. */
  accountId?: string;
  /**
   * What OpenAI calls the ChatGPT account: one's own, or a workspace that its members share, so that it alone tells two
   * of them not apart. Requests name it in the header chatgpt-account-id.
   */
  organizationId?: string;
  plan?: string;
}

/** What OpenAI's tokens say of their owner; the claim's name is that of the official Codex client. */
export function chatgptIdentity(token: string | undefined): ChatgptIdentity {
  const claims = jwtClaims(token);
  const auth = claims['https://api.openai.com/auth'];
  const owner = isRecord(auth) ? auth : {};
  const email = textField(claims, 'email');
  const accountId = textField(owner, 'chatgpt_user_id', 'user_id');
  const organizationId = textField(owner, 'chatgpt_account_id');
  const plan = textField(owner, 'chatgpt_plan_type');
  return {
    ...(email ? { email } : {}),
    ...(accountId ? { accountId } : {}),
    ...(organizationId ? { organizationId } : {}),
    ...(plan ? { plan } : {}),
  };
}

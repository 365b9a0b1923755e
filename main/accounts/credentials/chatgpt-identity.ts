import { jwtClaims } from '../jwt-claims.ts';
import { isRecord, textField } from './fields.ts';

/** What OpenAI's id_token says of its owner; the claim's name is that of the official Codex client. */
export function chatgptIdentity(idToken: string | undefined): { email?: string; accountId?: string; plan?: string } {
  const claims = jwtClaims(idToken);
  const auth = claims['https://api.openai.com/auth'];
  const owner = isRecord(auth) ? auth : {};
  const email = textField(claims, 'email');
  const accountId = textField(owner, 'chatgpt_account_id');
  const plan = textField(owner, 'chatgpt_plan_type');
  return { ...(email ? { email } : {}), ...(accountId ? { accountId } : {}), ...(plan ? { plan } : {}) };
}

import { type FlowContext, SignInError } from './flow.ts';
import type { SignedIn } from './new-account.ts';

/** In characters. */
const longestName = 100;

/**
 * Asks the owner whose account it is, where the provider does not say. The same name again means the same account, so
 * that its tokens are replaced instead of piling up beside the old ones. Nothing typed: the account stays nameless.
 */
export async function typedIdentity(
  context: Pick<FlowContext, 'ask'>,
): Promise<Pick<SignedIn, 'label' | 'email' | 'accountId'>> {
  const name = (await answered(context)).slice(0, longestName).trim();
  if (name === '') return {};
  return /^\S+@\S+$/.test(name) ? { label: name, email: name } : { label: name, accountId: name.toLowerCase() };
}

/** An owner who has left the desk has approved already: the account is kept without a name. */
async function answered(context: Pick<FlowContext, 'ask'>): Promise<string> {
  try {
    return await context.ask({ kind: 'label' });
  } catch (error) {
    if (error instanceof SignInError && error.code === 'expired') return '';
    throw error;
  }
}

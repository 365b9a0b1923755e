import type { FlowContext } from './flow.ts';
import type { SignedIn } from './new-account.ts';

const longestName = 100;

/**
 * Asks the owner whose account it is, where the provider does not say. The same name again means the same account, so
 * that its tokens are replaced instead of piling up beside the old ones. Nothing typed: the account stays nameless.
 */
export async function typedIdentity(
  context: Pick<FlowContext, 'ask'>,
): Promise<Pick<SignedIn, 'label' | 'email' | 'accountId'>> {
  const name = (await context.ask({ kind: 'label' })).trim().slice(0, longestName);
  if (name === '') return {};
  return /^\S+@\S+$/.test(name) ? { label: name, email: name } : { label: name, accountId: name.toLowerCase() };
}

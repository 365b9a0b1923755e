import type { Engine } from '../../engine.ts';
import type { Approve } from '../../settings/change.ts';
import { addressText, type Redirect } from '../../settings/redirects.ts';
import type { CallHandlers } from './call-handlers.ts';

type ProxyCalls = 'account.update' | 'sign-in.start';

/** The calls that may give an account a proxy, which its tokens then go through: the owner confirms that first. */
export function proxyHandlers(
  calls: Pick<CallHandlers, ProxyCalls>,
  engine: Pick<Engine, 'state'>,
  approve: Approve,
): Pick<CallHandlers, ProxyCalls> {
  return {
    'account.update': async (patch) => {
      const account = engine.state().accounts.find(({ id }) => id === patch.id);
      await approveProxy(patch.proxyUrl, `Proxy of ${account?.label ?? patch.id}`, account?.proxy);
      return calls['account.update'](patch);
    },
    'sign-in.start': async (wish) => {
      await approveProxy(wish.proxyUrl, 'Proxy of a new account', undefined);
      return calls['sign-in.start'](wish);
    },
  };

  async function approveProxy(wanted: string | null | undefined, setting: string, from: string | undefined) {
    if (wanted === undefined || wanted === null || wanted === 'direct' || wanted === 'none') return;
    const redirect: Redirect = { setting, to: addressText(wanted), ...(from === undefined ? {} : { from }) };
    await approve([redirect]);
  }
}

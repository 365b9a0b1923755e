import type { CallArgument } from '../../preload/contract.ts';
import type { OwnerFields } from '../accounts/entry-changes.ts';

export type AccountChange = Omit<CallArgument<'account.update'>, 'id'>;

/** A change as window and scripts send it: null takes a setting away, what is absent stays. */
export function ownerFields({ label, priority, stopAt, prefix, proxyUrl }: AccountChange): OwnerFields {
  return {
    ...(label === undefined ? {} : { label }),
    ...(priority === undefined ? {} : { priority }),
    ...(stopAt === undefined ? {} : { stopAt: stopAt ?? undefined }),
    ...(prefix === undefined ? {} : { prefix: prefix ?? undefined }),
    ...(proxyUrl === undefined ? {} : { proxyUrl: proxyUrl ?? undefined }),
  };
}

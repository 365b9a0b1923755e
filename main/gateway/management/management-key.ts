import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { isForeignHash, isHashedKey, matchesHash } from '../../settings/hashed-key.ts';

/** The key of `remote-management.secret-key`, which can only be asked about. */
export interface ManagementKey {
  isSet(): boolean;
  /** Whether a value has been found right before, in no time to speak of. */
  isKnown(value: string): boolean;
  /** Costs some hundred milliseconds and 32 MB: one after the other. */
  matches(value: string): Promise<boolean>;
  /** How a look at this very value ends that is under way; undefined when there is none. */
  underWay(value: string): Promise<boolean> | undefined;
}

/** `stored`: the setting, as a hash or, until it is replaced by one, in plain text. */
export function createManagementKey(stored: () => string | undefined): ManagementKey {
  // A keyed digest makes all compared values equally long; the key is new at each start.
  const digestKey = randomBytes(32);
  const digest = (value: string) => createHmac('sha256', digestKey).update(value).digest();
  const isSame = (left: string, right: string) => timingSafeEqual(digest(left), digest(right));
  let known: { of: string; digest: Buffer } | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  const looks = new Map<string, Promise<boolean>>();

  const usable = () => {
    const value = stored();
    return value === undefined || value === '' || isForeignHash(value) ? undefined : value;
  };
  const check = async (value: string) => {
    const wanted = usable();
    if (wanted === undefined) return false;
    const right = isHashedKey(wanted) ? await matchesHash(value, wanted) : isSame(value, wanted);
    if (right) known = { of: wanted, digest: digest(value) };
    return right;
  };
  return {
    isSet: () => usable() !== undefined,
    isKnown: (value) => known !== undefined && known.of === stored() && timingSafeEqual(known.digest, digest(value)),
    matches(value) {
      const name = digest(value).toString('hex');
      const checked = queue.then(() => check(value)).finally(() => looks.delete(name));
      queue = checked.catch(() => {});
      looks.set(name, checked);
      return checked;
    },
    underWay: (value) => looks.get(digest(value).toString('hex')),
  };
}

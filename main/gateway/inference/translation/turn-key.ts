import { createHash } from 'node:crypto';

/** What a turn is known by within its conversation: the ids of its calls, else its words. */
export interface Said {
  callIds: readonly string[];
  text: string;
}

export function turnKey(session: string | undefined, { callIds, text }: Said): string {
  const heard = createTurnKey(session);
  heard.say(text);
  return heard.key(callIds);
}

/** The same for a turn that is still being said. */
export interface HeardTurn {
  say(text: string): void;
  /** Nothing can be said afterwards. */
  key(callIds: readonly string[]): string;
}

/** Characters that are put by at most; hashing each word by itself takes longer than all of them. */
const putBy = 512;

/** Keeps no more of the words than it has to, however many there are. */
export function createTurnKey(session: string | undefined): HeardTurn {
  const started = () => createHash('sha256').update(`${session ?? ''}\0`);
  let hash: ReturnType<typeof createHash> | undefined;
  let pending = '';
  // Blanks around the words do not count; half of a surrogate pair cannot be hashed.
  const take = () => {
    const text = hash ? pending : pending.trimStart();
    const whole = text.trimEnd().replace(/[\ud800-\udbff]$/, '');
    if (whole !== '') hash = (hash ?? started()).update(whole);
    pending = text.slice(whole.length);
  };
  return {
    say(text) {
      pending += text;
      if (pending.length >= putBy) take();
    },
    key(callIds) {
      if (callIds.length > 0) return started().update(callIds.join('\n')).digest('base64url');
      take();
      return (hash ?? started()).update(pending.trimEnd()).digest('base64url');
    },
  };
}

import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../clock.ts';

/** A browser that was let in. */
export interface Session {
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
  /** Runs `task` when the session is ended; the returned function takes that back. */
  onEnd(task: () => void): () => void;
  end(): void;
}

/** The browsers that are in: in memory only, so that a restart ends all sessions. */
export interface Sessions {
  /** Lets a browser in; the value is for its cookie. */
  begin(): string;
  /** Whose request it is, by its cookie. */
  of(req: IncomingMessage): Session | undefined;
  /** Ends all of them. */
  end(): void;
}

/** A day at work, in milliseconds. */
const sessionLifeMs = 12 * 60 * 60_000;
/** The oldest one ends when there is one more. */
const mostSessions = 16;

export function createSessions(clock: Pick<Clock, 'now'>): Sessions {
  // Kept under keyed digests: how long a look-up takes tells nothing of the value.
  const digestKey = randomBytes(32);
  const digest = (value: string) => createHmac('sha256', digestKey).update(value).digest('base64');
  const open = new Map<string, Session>();
  const make = (key: string): Session => {
    const tasks = new Set<() => void>();
    return {
      // Looked at when somebody comes: a timer for it would keep the process from ending.
      expiresAt: clock.now() + sessionLifeMs,
      end() {
        open.delete(key);
        for (const task of [...tasks]) task();
        tasks.clear();
      },
      onEnd(task) {
        tasks.add(task);
        return () => void tasks.delete(task);
      },
    };
  };
  return {
    begin() {
      const value = randomBytes(32).toString('base64url');
      const key = digest(value);
      const [oldest] = open.values();
      if (open.size >= mostSessions) oldest?.end();
      open.set(key, make(key));
      return value;
    },
    of(req) {
      const value = cookieOf(req, cookieName(req));
      const session = value === undefined ? undefined : open.get(digest(value));
      if (!session || session.expiresAt > clock.now()) return session;
      session.end();
      return undefined;
    },
    end() {
      for (const session of [...open.values()]) session.end();
    },
  };
}

/** Sets the cookie of a session; without a value it is taken away. There is no `Secure`: the gateway speaks plain HTTP. */
export function sessionCookie(req: IncomingMessage, value: string | undefined): string {
  const seconds = value === undefined ? 0 : sessionLifeMs / 1000;
  return `${cookieName(req)}=${value ?? ''}; Path=/ui; Max-Age=${seconds}; HttpOnly; SameSite=Strict`;
}

/** Cookies know no ports (RFC 6265 §8.5): with the port in its name one Fusebox does not overwrite the cookie of another. */
function cookieName({ headers }: IncomingMessage): string {
  return `fusebox_ui_${/:(\d{1,5})$/.exec(headers.host ?? '')?.[1] ?? '80'}`;
}

function cookieOf({ headers }: IncomingMessage, name: string): string | undefined {
  for (const pair of (headers.cookie ?? '').split(';')) {
    const [key = '', value] = pair.trim().split('=');
    if (key === name && value) return value;
  }
  return undefined;
}

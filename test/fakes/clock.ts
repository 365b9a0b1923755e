import type { Clock } from '../../main/clock.ts';

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #now: number;
  #timers: { at: number; task: () => void }[] = [];

  constructor(now = Date.parse('2026-11-21T12:00:00Z')) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, task: () => void): () => void {
    const timer = { at: this.#now + delayMs, task };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Moves on, running what falls due in its order, each task at its own time. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#takeDue(end); next; next = this.#takeDue(end)) {
      this.#now = Math.max(this.#now, next.at);
      next.task();
    }
    this.#now = end;
  }

  /** The machine slept: time has passed, and late timers run at the next `advance`. */
  sleep(ms: number): void {
    this.#now += ms;
  }

  /** Timers that were set and neither ran nor were cancelled. */
  get pending(): number {
    return this.#timers.length;
  }

  #takeDue(end: number): { at: number; task: () => void } | undefined {
    const [first] = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at);
    this.#timers = this.#timers.filter((timer) => timer !== first);
    return first;
  }
}

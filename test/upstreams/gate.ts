/** A point where a fake waits for the test: no timers, no sleeping. */
export interface Gate {
  /** Resolves when the fake has come to the gate. */
  readonly reached: Promise<void>;
  /** Resolves when the test has opened the gate. */
  readonly opened: Promise<void>;
  /** Called by the test: lets the fake go on. */
  open(): void;
  /** Called by the fake: says that it waits here. */
  reach(): void;
}

export function gate(): Gate {
  let open: () => void = () => {};
  let reach: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  return { reached, opened, open, reach };
}

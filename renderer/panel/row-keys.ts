import type { KeyboardEvent } from 'react';

const steps: ReadonlyMap<string, 1 | -1> = new Map([
  ['ArrowDown', 1],
  ['ArrowUp', -1],
]);

/** Up and Down lead from the switch of one account to that of its neighbour. */
export function moveBetweenSwitches(event: KeyboardEvent<HTMLElement>): void {
  const step = steps.get(event.key);
  const switches = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="switch"]')];
  const at = switches.indexOf(event.target as HTMLElement);
  if (step === undefined || at < 0) return;
  event.preventDefault();
  switches[at + step]?.focus();
}

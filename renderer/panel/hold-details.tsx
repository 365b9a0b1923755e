import type { CooldownView } from '../../preload/contract.ts';
import { text } from '../text/en.ts';
import { cooldownLines } from './account-reading.ts';

/** Why the breakers of an account have tripped: one paragraph each, with the provider's own words. */
export function HoldDetails({ cooldowns, now }: { cooldowns: readonly CooldownView[]; now: number }) {
  if (cooldowns.length === 0) return null;
  return (
    <ul className="grid gap-2 bg-lit py-2.5 pr-3 pl-16 text-sm">
      {cooldowns.map((cooldown) => {
        const { heading, times, said } = cooldownLines(cooldown, now);
        return (
          <li key={cooldown.only ?? ''}>
            <p>
              <span className="font-medium">{heading}</span> {times}
            </p>
            {said === '' ? null : <p className="break-words text-soft select-text">{text.circuits.why.said(said)}</p>}
          </li>
        );
      })}
    </ul>
  );
}

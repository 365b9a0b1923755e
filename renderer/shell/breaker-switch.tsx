import { Switch } from 'radix-ui';

export interface BreakerSwitchProps {
  on: boolean;
  label: string;
  size: 'large' | 'small';
  onChange(on: boolean): void;
}

const looks = {
  large: {
    track:
      'relative h-9 w-16 rounded-lg p-1 data-[state=checked]:border-accent data-[state=checked]:bg-accent ' +
      'before:absolute before:top-3 before:size-2.5 before:rounded-full before:border-2 before:border-control ' +
      'data-[state=unchecked]:before:right-3 data-[state=checked]:before:left-4 data-[state=checked]:before:w-0.5 ' +
      'data-[state=checked]:before:rounded-none data-[state=checked]:before:border-0 data-[state=checked]:before:bg-accent-ink',
    lever: 'h-6.5 w-6 rounded-[5px] data-[state=checked]:translate-x-7.5 data-[state=checked]:bg-accent-ink',
  },
  small: {
    track: 'h-5 w-9 rounded-[5px] p-0.5 data-[state=checked]:border-ink data-[state=checked]:bg-ink',
    lever: 'h-3.5 w-3 rounded-[3px] data-[state=checked]:translate-x-4.5 data-[state=checked]:bg-surface',
  },
} as const;

/** A breaker: a lever in a slot. Its side and, on the large one, the marks for on and off tell the state; colour only repeats it. */
export function BreakerSwitch({ on, label, size, onChange }: BreakerSwitchProps) {
  const { track, lever } = looks[size];
  return (
    <Switch.Root
      checked={on}
      onCheckedChange={onChange}
      aria-label={label}
      className={`shrink-0 border border-control bg-raised duration-150 forced-colors:data-[state=checked]:bg-[Highlight] motion-safe:transition-colors ${track}`}
    >
      <Switch.Thumb
        className={`block border border-control bg-surface duration-150 data-[state=checked]:border-transparent motion-safe:transition-transform ${lever}`}
      />
    </Switch.Root>
  );
}

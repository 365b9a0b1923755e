import { Switch } from 'radix-ui';

export interface BreakerSwitchProps {
  on: boolean;
  label: string;
  size: 'large' | 'small';
  disabled?: boolean;
  onChange(on: boolean): void;
}

const sizes = {
  large: { track: 'h-9 w-16 rounded-lg p-1', lever: 'h-7 w-6.5 rounded-[5px] data-[state=checked]:translate-x-7.5' },
  small: {
    track: 'h-5 w-9 rounded-[5px] p-0.5',
    lever: 'h-4 w-3.5 rounded-[3px] data-[state=checked]:translate-x-4.5',
  },
} as const;

/** A breaker: a lever in a slot. On is told by the lever's side and a mark on the track, not by colour alone. */
export function BreakerSwitch({ on, label, size, disabled = false, onChange }: BreakerSwitchProps) {
  const { track, lever } = sizes[size];
  return (
    <Switch.Root
      checked={on}
      disabled={disabled}
      onCheckedChange={onChange}
      aria-label={label}
      className={`shrink-0 border border-control bg-raised duration-150 motion-safe:transition-colors data-[state=checked]:border-accent data-[state=checked]:bg-accent ${track}`}
    >
      <Switch.Thumb
        className={`block border border-control bg-surface duration-150 motion-safe:transition-transform data-[state=checked]:border-transparent data-[state=checked]:bg-accent-ink ${lever}`}
      />
    </Switch.Root>
  );
}

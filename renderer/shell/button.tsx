import type { ComponentProps } from 'react';

type Weight = 'primary' | 'plain' | 'danger';

const weights: Record<Weight, string> = {
  primary: 'border-accent bg-accent text-accent-ink hover:brightness-95',
  plain: 'border-line bg-surface text-ink hover:bg-raised',
  danger: 'border-bad bg-surface text-bad hover:bg-bad-wash',
};

/** A button with words on it. */
export function Button({ weight = 'plain', className = '', ...rest }: ComponentProps<'button'> & { weight?: Weight }) {
  return (
    <button
      type="button"
      {...rest}
      className={`inline-flex h-8 shrink-0 items-center gap-1.5 rounded-md border px-3 font-medium text-sm disabled:opacity-60 ${weights[weight]} ${className}`}
    />
  );
}

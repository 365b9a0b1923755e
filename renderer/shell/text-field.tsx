import { type ComponentProps, type ReactNode, useId } from 'react';

export interface TextFieldProps extends Omit<ComponentProps<'input'>, 'id'> {
  label: string;
  hint?: string | undefined;
  /** What is wrong with the value. */
  error?: string | undefined;
  /** The button that takes the value, beside it. */
  button?: ReactNode;
}

/** A labelled field; hint and error belong to it for screen readers too. */
export function TextField({ label, hint, error, button, className = '', ...rest }: TextFieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block text-xs text-soft">
        {label}
      </label>
      <div className="flex gap-2">
        <input
          {...rest}
          id={id}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={error !== undefined}
          aria-describedby={note ? `${id}-note` : undefined}
          className="h-8 min-w-0 flex-1 rounded-md border border-control bg-surface px-2.5 text-sm text-ink select-text placeholder:text-soft aria-invalid:border-bad"
        />
        {button}
      </div>
      {note ? (
        <p id={`${id}-note`} className={`mt-1 text-xs ${error ? 'text-bad' : 'text-soft'}`}>
          {note}
        </p>
      ) : null}
    </div>
  );
}

import { Ellipsis } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { text } from '../text/en.ts';

export interface CircuitMenuProps {
  label: string;
  inUse: boolean;
  /** The question that was asked from here has been answered: the focus comes back. */
  takesFocus: boolean;
  onUse(use: boolean): void;
  onRemove(): void;
}

const itemClass = 'rounded px-2.5 py-1.5 text-sm outline-none data-[highlighted]:bg-raised';

const focus = (button: HTMLButtonElement | null) => button?.focus();

/** What can be done with an account. Not modal: a modal menu would put a style element into the page, which its policy forbids. */
export function CircuitMenu({ label, inUse, takesFocus, onUse, onRemove }: CircuitMenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        ref={takesFocus ? focus : undefined}
        aria-label={text.circuits.menuLabel(label)}
        className="grid size-7 shrink-0 place-items-center rounded-md text-soft hover:bg-raised hover:text-ink data-[state=open]:bg-raised"
      >
        <Ellipsis aria-hidden="true" className="size-4" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          className="z-10 min-w-36 rounded-md border border-line bg-surface p-1 shadow-sm"
        >
          <DropdownMenu.Item className={itemClass} onSelect={() => onUse(!inUse)}>
            {inUse ? text.circuits.pause : text.circuits.resume}
          </DropdownMenu.Item>
          <DropdownMenu.Item className={`${itemClass} text-bad`} onSelect={onRemove}>
            {text.circuits.remove}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

import { Ellipsis } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { Ref } from 'react';
import { useMenuChoice } from '../shell/menu-choice.ts';
import { text } from '../text/en.ts';

export interface CircuitMenuProps {
  /** The button that opens it. */
  ref: Ref<HTMLButtonElement>;
  label: string;
  inUse: boolean;
  /** Absent where the provider cannot be signed in to. */
  onSignIn: (() => void) | undefined;
  /** Absent where no request can be sent through it. */
  onTest: (() => void) | undefined;
  /** Absent where nothing cools down. */
  onReset: (() => void) | undefined;
  onEdit(): void;
  onUse(use: boolean): void;
  onRemove(): void;
}

const itemClass = 'rounded px-2.5 py-1.5 text-sm outline-none data-[highlighted]:bg-raised';

/** What can be done with an account. Not modal: a modal menu would put a style element into the page, which its policy forbids. */
export function CircuitMenu({
  ref,
  label,
  inUse,
  onSignIn,
  onTest,
  onReset,
  onEdit,
  onUse,
  onRemove,
}: CircuitMenuProps) {
  const { choose, onCloseAutoFocus } = useMenuChoice();
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        ref={ref}
        aria-label={text.circuits.menuLabel(label)}
        className="grid size-7 shrink-0 place-items-center rounded-md text-soft hover:bg-raised hover:text-ink data-[state=open]:bg-raised"
      >
        <Ellipsis aria-hidden="true" className="size-4" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          onCloseAutoFocus={onCloseAutoFocus}
          className="z-10 min-w-36 rounded-md border border-line bg-surface p-1 shadow-sm"
        >
          {onSignIn ? (
            <DropdownMenu.Item className={itemClass} onSelect={choose(onSignIn)}>
              {text.circuits.signInAgain}
            </DropdownMenu.Item>
          ) : null}
          {onTest ? (
            <DropdownMenu.Item className={itemClass} onSelect={choose(onTest)}>
              {text.circuits.test}
            </DropdownMenu.Item>
          ) : null}
          {onReset ? (
            <DropdownMenu.Item className={itemClass} onSelect={choose(onReset)}>
              {text.circuits.resetCooldown}
            </DropdownMenu.Item>
          ) : null}
          <DropdownMenu.Item className={itemClass} onSelect={choose(onEdit)}>
            {text.circuits.edit}
          </DropdownMenu.Item>
          <DropdownMenu.Item className={itemClass} onSelect={choose(() => onUse(!inUse))}>
            {inUse ? text.circuits.pause : text.circuits.resume}
          </DropdownMenu.Item>
          <DropdownMenu.Item className={`${itemClass} text-bad`} onSelect={choose(onRemove)}>
            {text.circuits.remove}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

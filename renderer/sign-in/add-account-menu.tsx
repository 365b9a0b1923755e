import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { type WayToAdd, waysToAdd } from '../../preload/ways-to-add.ts';
import { useFusebox } from '../state/fusebox.tsx';
import { text } from '../text/en.ts';
import type { SignInWish } from './use-sign-ins.ts';

export interface AddAccountMenuProps {
  /** The button that opens it. */
  children: ReactNode;
  /** Providers that have buttons of their own beside this menu. */
  without?: readonly string[];
  onStart(wish: SignInWish): void;
  onImport(): void;
}

const itemClass = 'rounded px-2.5 py-1.5 text-sm outline-none data-[highlighted]:bg-raised';

/** Every way to get an account in. Not modal: a modal menu would put a style element into the page, which its policy forbids. */
export function AddAccountMenu({ children, without = [], onStart, onImport }: AddAccountMenuProps) {
  const { state } = useFusebox();
  const { signIns, keys } = waysToAdd(state.providers);
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{children}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className="z-10 max-h-(--radix-dropdown-menu-content-available-height) min-w-52 overflow-y-auto rounded-md border border-line bg-surface p-1 shadow-sm"
        >
          <Ways
            heading={text.add.signIn}
            ways={signIns.filter(({ provider }) => !without.includes(provider))}
            onStart={onStart}
          />
          <Ways heading={text.add.keys} ways={keys} onStart={onStart} />
          <DropdownMenu.Item className={itemClass} onSelect={onImport}>
            {text.add.import}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface WaysProps {
  heading: string;
  ways: readonly WayToAdd[];
  onStart(wish: SignInWish): void;
}

function Ways({ heading, ways, onStart }: WaysProps) {
  if (ways.length === 0) return null;
  return (
    <>
      <DropdownMenu.Group>
        <DropdownMenu.Label className="px-2.5 pt-1.5 pb-0.5 text-xs text-soft">{heading}</DropdownMenu.Label>
        {ways.map(({ provider, method, name }) => (
          <DropdownMenu.Item
            key={`${provider} ${method}`}
            className={itemClass}
            onSelect={() => onStart({ provider, method })}
          >
            {name}
          </DropdownMenu.Item>
        ))}
      </DropdownMenu.Group>
      <DropdownMenu.Separator className="my-1 h-px bg-line" />
    </>
  );
}

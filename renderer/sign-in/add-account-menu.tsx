import { ChevronRight } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { type WayToAdd, waysToAdd } from '../../preload/ways-to-add.ts';
import { useMenuChoice } from '../shell/menu-choice.ts';
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
const menuClass =
  'z-10 max-h-(--radix-dropdown-menu-content-available-height) overflow-y-auto rounded-md border border-line bg-surface p-1 shadow-sm';

/** Every way to get an account in. Not modal: a modal menu would put a style element into the page, which its policy forbids. */
export function AddAccountMenu({ children, without = [], onStart, onImport }: AddAccountMenuProps) {
  const { state } = useFusebox();
  const { choose, onCloseAutoFocus } = useMenuChoice();
  const { signIns, keys } = waysToAdd(state.providers);
  const others = signIns.filter(({ provider }) => !without.includes(provider));
  const items = (ways: readonly WayToAdd[]) =>
    ways.map(({ provider, method, name }) => (
      <DropdownMenu.Item
        key={`${provider} ${method}`}
        className={itemClass}
        onSelect={choose(() => onStart({ provider, method }))}
      >
        {name}
      </DropdownMenu.Item>
    ));
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{children}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          onCloseAutoFocus={onCloseAutoFocus}
          className={`min-w-52 ${menuClass}`}
        >
          {items(others)}
          {others.length > 0 ? <Line /> : null}
          {keys.length > 0 ? <Keys>{items(keys)}</Keys> : null}
          <DropdownMenu.Item className={itemClass} onSelect={choose(onImport)}>
            {text.add.import}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function Keys({ children }: { children: ReactNode }) {
  return (
    <DropdownMenu.Sub>
      <DropdownMenu.SubTrigger className={`flex items-center data-[state=open]:bg-raised ${itemClass}`}>
        <span className="flex-1">{text.add.keys}</span>
        <ChevronRight aria-hidden="true" className="size-3.5 text-soft" />
      </DropdownMenu.SubTrigger>
      <DropdownMenu.Portal>
        <DropdownMenu.SubContent sideOffset={4} alignOffset={-5} collisionPadding={8} className={menuClass}>
          {children}
        </DropdownMenu.SubContent>
      </DropdownMenu.Portal>
    </DropdownMenu.Sub>
  );
}

function Line() {
  return <DropdownMenu.Separator className="my-1 h-px bg-line" />;
}

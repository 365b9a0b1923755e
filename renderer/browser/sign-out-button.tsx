import { LogOut } from 'lucide-react';
import { useFusebox } from '../state/fusebox.tsx';
import { text } from '../text/en.ts';

/** Ends the session of this browser; the application has none. */
export function SignOutButton() {
  const { browser } = useFusebox();
  if (!browser) return null;
  return (
    <button
      type="button"
      onClick={() => void browser.signOut()}
      className="flex h-8 items-center gap-1.5 justify-self-end rounded-md px-2.5 text-sm text-soft hover:bg-raised hover:text-ink"
    >
      <LogOut aria-hidden="true" className="size-3.5" />
      {text.browser.signOut}
    </button>
  );
}

import { Unplug } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { useFusebox } from '../state/fusebox.tsx';
import { text } from '../text/en.ts';
import type { BrowserSide } from './carrier.ts';
import type { Connection } from './connection.ts';

const words = text.browser.connection;

const never = () => () => {};
const always = (): Connection => 'open';

function useConnection(browser: BrowserSide | undefined): Connection {
  return useSyncExternalStore(browser?.onConnection ?? never, browser?.connection ?? always);
}

/** Says that what is shown is old, and why; the application never is. */
export function ConnectionBar() {
  const { browser } = useFusebox();
  const connection = useConnection(browser);
  if (connection === 'open') return null;
  return (
    <div role="alert" className="mb-4 flex items-start gap-3 rounded-md bg-warn-wash px-4 py-3 text-sm">
      <Unplug aria-hidden="true" className="mt-px size-4 shrink-0 text-warn" />
      <p className="flex-1">
        <span className="font-medium">{connection === 'lost' ? words.lost : words.signedOut}</span>{' '}
        {connection === 'lost' ? words.lostFix : words.signedOutFix}
      </p>
    </div>
  );
}

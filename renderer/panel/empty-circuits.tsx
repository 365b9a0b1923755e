import type { ReactNode } from 'react';
import { text } from '../text/en.ts';

/** Says what a circuit is and how the first one is made. */
export function EmptyCircuits({ gatewayUrl, children }: { gatewayUrl: string; children: ReactNode }) {
  return (
    <div className="grid justify-items-start gap-3 border-t border-line px-5 py-5">
      <p className="max-w-prose text-sm">{text.circuits.emptyBody}</p>
      {children}
      <p className="max-w-prose text-sm text-soft">{text.circuits.emptyWarning}</p>
      <p className="text-sm text-soft">
        {text.circuits.emptyEndpoint} <span className="font-medium text-ink select-text">{gatewayUrl}</span>
      </p>
    </div>
  );
}

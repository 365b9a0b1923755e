import { Check, Copy } from 'lucide-react';
import type { GatewayState } from '../../preload/contract.ts';
import { text } from '../text/en.ts';
import { useCopyUrl } from './use-copy-url.ts';

/** The gateway's address, with the button everybody comes for. */
export function EndpointPill({ gateway }: { gateway: GatewayState }) {
  const { copied, copy } = useCopyUrl();
  const running = gateway.status === 'running';
  return (
    <div className="flex h-8 items-center rounded-md border border-line bg-surface">
      <span
        aria-hidden="true"
        className={`ml-3 size-2 rounded-full ${running ? 'bg-good forced-colors:bg-[CanvasText]' : 'border border-control bg-transparent'}`}
      />
      <span className="px-2.5 font-medium text-sm select-text">{gateway.url}</span>
      <button
        type="button"
        onClick={copy}
        aria-label={copied ? text.endpoint.copied : text.endpoint.copyLabel}
        className="flex h-full items-center gap-1.5 rounded-r-md border-l border-line px-3 text-sm text-soft hover:bg-raised hover:text-ink"
      >
        {copied ? (
          <Check aria-hidden="true" className="size-3.5 text-good" />
        ) : (
          <Copy aria-hidden="true" className="size-3.5" />
        )}
        <span className="min-w-12 text-left">{copied ? text.endpoint.copied : text.endpoint.copy}</span>
      </button>
    </div>
  );
}

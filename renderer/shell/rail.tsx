import { type LucideIcon, Search } from 'lucide-react';
import { isMac, paletteKey } from '../palette/key.ts';
import { useFusebox } from '../state/fusebox.tsx';
import { text } from '../text/en.ts';
import { BreakerGlyph } from './breaker-glyph.tsx';

export interface RailProps {
  pages: readonly { id: string; name: string; icon: LucideIcon }[];
  current: string;
  onPalette(): void;
}

/** The pages down the left side; the mark above them shows whether the gateway is on. */
export function Rail({ pages, current, onPalette }: RailProps) {
  const { state } = useFusebox();
  return (
    <nav
      aria-label={text.navigation}
      className="row-span-2 flex flex-col items-center gap-3 border-r border-line bg-surface pt-3"
    >
      <BreakerGlyph on={state.gateway.status === 'running'} className="size-6 text-accent" />
      {pages.map(({ id, name, icon: Icon }) => (
        <a
          key={id}
          href={`#${id}`}
          aria-current={id === current ? 'page' : undefined}
          className="flex w-15 flex-col items-center gap-0.5 rounded-md py-2 text-xs text-soft no-underline hover:text-ink aria-[current]:bg-raised aria-[current]:text-ink"
        >
          <Icon aria-hidden="true" className="size-4.5" strokeWidth={1.75} />
          {name}
        </a>
      ))}
      <button
        type="button"
        onClick={onPalette}
        aria-label={`${text.palette.open}: ${paletteKey}`}
        aria-keyshortcuts={isMac ? 'Meta+K' : 'Control+K'}
        className="mt-auto mb-3 flex w-15 flex-col items-center gap-0.5 rounded-md py-2 text-xs text-soft hover:bg-raised hover:text-ink"
      >
        <Search aria-hidden="true" className="size-4.5" strokeWidth={1.75} />
        {paletteKey}
      </button>
    </nav>
  );
}

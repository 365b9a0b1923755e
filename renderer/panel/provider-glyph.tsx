import { Asterisk, type LucideIcon, Plug } from 'lucide-react';

const glyphs: Record<string, LucideIcon> = { claude: Asterisk };

/** A mark of its own for each provider; no brand's logo. */
export function ProviderGlyph({ provider, name }: { provider: string; name: string }) {
  const Glyph = glyphs[provider] ?? Plug;
  return (
    <span
      role="img"
      aria-label={name}
      title={name}
      className="grid size-8 shrink-0 place-items-center rounded-md bg-raised text-ink"
    >
      <Glyph aria-hidden="true" className="size-4.5" strokeWidth={1.75} />
    </span>
  );
}

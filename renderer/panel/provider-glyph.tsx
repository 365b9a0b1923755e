import {
  Asterisk,
  CircleDotDashed,
  Diamond,
  Hexagon,
  type LucideIcon,
  Moon,
  Orbit,
  Plug,
  Slash,
  Sparkle,
  Triangle,
  Waves,
} from 'lucide-react';

const glyphs: Record<string, LucideIcon> = {
  claude: Asterisk,
  chatgpt: CircleDotDashed,
  openai: Hexagon,
  antigravity: Orbit,
  'gemini-cli': Diamond,
  gemini: Sparkle,
  vertex: Triangle,
  kimi: Moon,
  xai: Slash,
  iflow: Waves,
};

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

import { ChevronDown, FolderInput } from 'lucide-react';
import type { ProviderView } from '../../preload/contract.ts';
import { Button } from '../shell/button.tsx';
import { AddAccountMenu } from '../sign-in/add-account-menu.tsx';
import { featuredProviders } from '../sign-in/featured.ts';
import type { SignInWish } from '../sign-in/use-sign-ins.ts';
import { useFusebox } from '../state/fusebox.tsx';
import { text } from '../text/en.ts';
import { ProviderGlyph } from './provider-glyph.tsx';

export interface EmptyCircuitsProps {
  gatewayUrl: string;
  onStart(wish: SignInWish): void;
  onImport(): void;
}

/** Says what a circuit is, and offers to make the first one. */
export function EmptyCircuits({ gatewayUrl, onStart, onImport }: EmptyCircuitsProps) {
  const { state } = useFusebox();
  const featured = featuredProviders(state.providers);
  return (
    <div className="grid gap-4 border-t border-line px-5 py-5">
      <p className="max-w-prose text-sm">{text.circuits.emptyBody}</p>
      <div className="grid gap-3 min-[560px]:grid-cols-3">
        {featured.map(({ kind, provider }) => (
          <FeaturedProvider key={kind} kind={kind} provider={provider} onStart={onStart} />
        ))}
      </div>
      <div className="flex flex-wrap gap-2">
        <AddAccountMenu without={featured.map(({ provider }) => provider.id)} onStart={onStart} onImport={onImport}>
          <Button>
            {text.add.more}
            <ChevronDown aria-hidden="true" className="size-3.5" />
          </Button>
        </AddAccountMenu>
        <Button onClick={onImport}>
          <FolderInput aria-hidden="true" className="size-4" />
          {text.add.importButton}
        </Button>
      </div>
      <p className="max-w-prose text-sm text-soft">{text.circuits.emptyImport}</p>
      <p className="text-sm text-soft">
        {text.circuits.emptyEndpoint} <span className="font-medium text-ink select-text">{gatewayUrl}</span>
      </p>
    </div>
  );
}

interface FeaturedProviderProps {
  kind: keyof typeof text.add.featured;
  provider: ProviderView;
  onStart(wish: SignInWish): void;
}

/** The whole tile is the button; its sentence describes it. */
function FeaturedProvider({ kind, provider, onStart }: FeaturedProviderProps) {
  const { name, unlocks } = text.add.featured[kind];
  const about = `add-${kind}-about`;
  return (
    <button
      type="button"
      aria-label={name}
      aria-describedby={about}
      onClick={() => onStart({ provider: provider.id })}
      className="flex flex-col items-start gap-2 rounded-lg border border-line bg-surface p-3 text-left hover:bg-raised"
    >
      <ProviderGlyph provider={provider.id} name={provider.label} />
      <span className="font-medium text-sm">{name}</span>
      <span id={about} className="text-xs text-soft">
        {provider.serves ? unlocks : `${unlocks} ${text.add.notServed}`}
      </span>
    </button>
  );
}

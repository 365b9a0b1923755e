import type { SignInView } from '../../preload/contract.ts';
import { CopyButton, LinkButton } from '../shell/link-button.tsx';
import { useFusebox } from '../state/fusebox.tsx';
import { text } from '../text/en.ts';

/** The code to type on the provider's page, large enough to read from another screen. */
export function DeviceCode({ id, device }: { id: string; device: NonNullable<SignInView['device']> }) {
  const { call, browser } = useFusebox();
  return (
    <div className="mt-1.5 flex flex-wrap items-center gap-x-4 gap-y-1">
      <output
        aria-label={text.signIn.codeLabel}
        className="rounded-md border border-line bg-surface px-3 py-1.5 font-mono font-semibold text-2xl tracking-widest select-all"
      >
        {device.userCode}
      </output>
      <CopyButton onCopy={() => call('clipboard.copy-sign-in-code', { id })}>{text.signIn.copyCode}</CopyButton>
      {device.opened || browser ? (
        <LinkButton onClick={() => void call('sign-in.open', { id })}>
          {device.opened ? text.signIn.openAgain : text.signIn.openPage}
        </LinkButton>
      ) : null}
      <CopyButton onCopy={() => call('clipboard.copy-sign-in-link', { id })}>{text.signIn.copyLink}</CopyButton>
    </div>
  );
}

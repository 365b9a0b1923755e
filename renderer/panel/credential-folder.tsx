import { FileWarning } from 'lucide-react';
import type { AppState } from '../../preload/contract.ts';
import { Button } from '../shell/button.tsx';
import { useFusebox } from '../state/fusebox.tsx';
import { text } from '../text/en.ts';

/** What there is to say of the followed folder: tokens that lie there in the clear, and files that cannot be used. */
export function CredentialFolder({ folder }: { folder: AppState['credentialFolder'] }) {
  return (
    <>
      {folder.originals > 0 ? <OriginalsQuestion folder={folder} /> : null}
      {folder.broken.length > 0 ? <BrokenFiles folder={folder} /> : null}
    </>
  );
}

/** Asked until it is answered, and then never again. */
function OriginalsQuestion({ folder: { path, originals } }: { folder: AppState['credentialFolder'] }) {
  const { call } = useFusebox();
  const settle = (remove: boolean) => void call('credentials.settle-originals', { remove });
  return (
    <div role="status" className="border-t border-line bg-warn-wash py-3 pr-3 pl-5 text-sm">
      <p className="font-medium">{text.folder.originals(originals)}</p>
      <p className="text-soft">
        <span className="break-all select-text">{path}</span> · {text.folder.consequence}
      </p>
      <div className="mt-2.5 flex gap-2">
        <Button onClick={() => settle(true)}>{text.folder.delete(originals)}</Button>
        <Button onClick={() => settle(false)}>{text.folder.keep(originals)}</Button>
      </div>
    </div>
  );
}

function BrokenFiles({ folder: { path, broken } }: { folder: AppState['credentialFolder'] }) {
  return (
    <details className="border-t border-line px-5 py-2.5 text-sm">
      <summary className="rounded">
        <FileWarning aria-hidden="true" className="mr-1.5 inline size-3.5 text-warn" />
        {text.folder.broken(broken.length)}
      </summary>
      <ul className="mt-1 text-soft select-text" title={path}>
        {broken.map(({ file, reason }) => (
          <li key={file}>{text.folder.brokenFile(file, reason)}</li>
        ))}
      </ul>
    </details>
  );
}

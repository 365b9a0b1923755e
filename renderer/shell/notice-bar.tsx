import { TriangleAlert, X } from 'lucide-react';
import { useFusebox } from '../state/fusebox.tsx';
import { text } from '../text/en.ts';

/** Something that was asked for did not work: what happened, and what to do. */
export function NoticeBar() {
  const { notice, dismissNotice } = useFusebox();
  if (!notice) return null;
  return (
    <div
      role="alert"
      className="mb-4 flex items-start gap-3 rounded-md border border-bad bg-bad-wash px-4 py-3 text-sm"
    >
      <TriangleAlert aria-hidden="true" className="mt-px size-4 shrink-0 text-bad" />
      <p className="flex-1">
        <span className="font-medium">{notice.message}</span> {notice.fix}
      </p>
      <button
        type="button"
        onClick={dismissNotice}
        aria-label={text.notice.dismiss}
        className="rounded p-0.5 text-soft hover:text-ink"
      >
        <X aria-hidden="true" className="size-4" />
      </button>
    </div>
  );
}

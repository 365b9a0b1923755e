import { X } from 'lucide-react';
import type { RequestRecord } from '../../main/journal/record.ts';
import { outcomeOf } from '../../preload/outcome.ts';
import { OutcomeMark } from '../activity/outcome-mark.tsx';
import { outcomeText, tookText } from '../activity/request-reading.ts';
import { detailLink } from '../state/page.ts';
import { text } from '../text/en.ts';
import type { AccountTest } from './use-account-test.ts';

const words = text.circuits.tested;

/** How the test of an account went, below its row; the whole trail is one click away. */
export function TestLine({ label, test, onDismiss }: { label: string; test: AccountTest; onDismiss(): void }) {
  const { state } = test;
  const record = typeof state === 'string' ? undefined : state;
  return (
    // It stands there before it has something to say, or screen readers would not notice.
    <div role="status">
      {state === 'none' ? null : (
        <div className="flex min-h-9 items-center gap-2 bg-lit py-1.5 pr-3 pl-16 text-sm">
          {record ? <TestResult record={record} /> : <p className="flex-1 text-soft">{text.circuits.testing}</p>}
          {record ? (
            <button
              type="button"
              onClick={onDismiss}
              aria-label={words.dismiss(label)}
              className="grid size-7 shrink-0 place-items-center rounded-md text-soft hover:bg-raised hover:text-ink"
            >
              <X aria-hidden="true" className="size-4" />
            </button>
          ) : null}
        </div>
      )}
    </div>
  );
}

/** One line: a mark, what was said, and the way to all of it. */
export function TestResult({ record }: { record: RequestRecord }) {
  const said = resultText(record);
  return (
    <>
      <OutcomeMark outcome={outcomeOf(record)} label={outcomeText(record)} />
      <p className="min-w-0 flex-1 truncate" title={said}>
        {said}
      </p>
      <a
        href={detailLink('activity', record.id)}
        className="shrink-0 rounded text-accent-text underline decoration-line underline-offset-3"
      >
        {words.trail}
      </a>
    </>
  );
}

/** In the words of the provider where it refused. */
export function resultText(record: RequestRecord): string {
  const { attempts, modelServed = '', status, totalMs } = record;
  const outcome = outcomeOf(record);
  if (outcome === 'served') return words.served(tookText(totalMs), modelServed);
  if (outcome === 'gone') return words.gone;
  // The trail has the kind of the failure too; here the words suffice.
  const said = attempts.at(-1)?.outcome.replace(/^[a-z]+: /, '');
  return words.failed(said ?? words.status(status));
}

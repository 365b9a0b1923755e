import type { ProviderView } from '../../preload/contract.ts';
import { clockText } from '../../preload/readings.ts';
import type { NotAskedView, RouteAttemptView, RouteView } from '../../preload/route-view.ts';
import { text } from '../text/en.ts';
import { distinctKeys } from './distinct-keys.ts';

const words = text.models.goes;

/** Where a request would go: who is asked in which order and why, and who is not. */
export function RouteResult({ view, providers }: { view: RouteView; providers: readonly ProviderView[] }) {
  const { at, mapped, passedOver, attempts, notAsked } = view;
  // A chain may come to the same model twice, by different names.
  const attemptKeys = distinctKeys(attempts.map(nameOf));
  const leftOutKeys = distinctKeys(notAsked.map(({ accountId, model }) => `${accountId} ${model}`));
  return (
    <div className="mt-3 grid gap-2 border-t border-line pt-3 text-sm select-text">
      {mapped ? <p>{words.mapped(mapped.model, mapped.rule)}</p> : null}
      {passedOver.map((rule) => (
        <p key={rule}>{words.passedOver(rule)}</p>
      ))}
      <Verdict view={view} />
      {attempts.length > 0 ? (
        <ol className="grid list-decimal gap-1 pl-5">
          {attempts.map((attempt, index) => (
            <Attempt key={attemptKeys[index]} attempt={attempt} providers={providers} />
          ))}
        </ol>
      ) : null}
      {notAsked.length > 0 ? (
        <>
          <p className="text-soft">{words.notAsked}</p>
          <ul className="grid list-disc gap-1 pl-5">
            {notAsked.map((one, index) => (
              <NotAsked key={leftOutKeys[index]} notAsked={one} at={at} />
            ))}
          </ul>
        </>
      ) : null}
      <p className="text-xs text-soft">{words.asOf(clockText(at, at))}</p>
    </div>
  );
}

function Verdict({ view: { at, attempts, wait, refusal } }: { view: RouteView }) {
  if (wait) return <p>{words.waits(wait.reason, clockText(wait.until, at))}</p>;
  if (!refusal) return <p>{attempts.length === 1 ? words.one : words.several(attempts.length)}</p>;
  return (
    <p>
      <span className="font-medium">{words.refused}</span> {refusal.detail}
      {refusal.retryAt === undefined ? null : ` ${words.retry(clockText(refusal.retryAt, at))}`}
    </p>
  );
}

function Attempt({ attempt, providers }: { attempt: RouteAttemptView; providers: readonly ProviderView[] }) {
  const who = attempt.via === 'amp' ? words.amp : attempt.label;
  const provider = attempt.via === 'amp' ? undefined : attempt.provider;
  const where = provider === undefined ? [] : [providers.find(({ id }) => id === provider)?.label ?? provider];
  const condition = attempt.via === 'account' && attempt.onlyAfterQuota ? [words.afterQuota] : [];
  return (
    <li>
      <span className="font-medium">{who}</span>{' '}
      <span className="text-soft">{[...where, attempt.model, attempt.reason, ...condition].join(' · ')}</span>
    </li>
  );
}

function NotAsked({ notAsked, at }: { notAsked: NotAskedView; at: number }) {
  const { label, model, reason, until, askableAt } = notAsked;
  const back = until === undefined || until <= at ? [] : [words.back(clockText(until, at))];
  return (
    <li>
      <span className="font-medium">{label}</span>{' '}
      <span className="text-soft">{[model, reason, ...back, ...triedWords(askableAt, at)].join(' · ')}</span>
    </li>
  );
}

function triedWords(askableAt: number | undefined, at: number): string[] {
  if (askableAt === undefined) return [];
  return [askableAt <= at ? words.triedNext : words.tried(clockText(askableAt, at))];
}

function nameOf(attempt: RouteAttemptView): string {
  return attempt.via === 'amp' ? 'amp' : `${attempt.accountId} ${attempt.model}`;
}

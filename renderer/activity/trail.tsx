import { X } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import type { JournaledRequest } from '../../preload/journal-view.ts';
import { outcomeOf } from '../../preload/outcome.ts';
import { modelText, serverText } from '../panel/request-reading.ts';
import { text } from '../text/en.ts';
import { OutcomeMark } from './outcome-mark.tsx';
import { exactTime, outcomeText, reasonText } from './request-reading.ts';
import { Timings, Tokens } from './trail-figures.tsx';

const words = text.activity.trail;

export interface TrailProps {
  request: JournaledRequest | undefined;
  /** It is not in the journal any more. */
  missing: boolean;
  /** Counts the times that the keyboard led here. */
  focusRound: number;
  onClose(): void;
}

/** The way of one request: what came in, who was asked and why, what went out, and what it took. */
export function Trail({ request, missing, focusRound, onClose }: TrailProps) {
  const section = useRef<HTMLElement>(null);
  const isThere = request !== undefined;
  useEffect(() => {
    if (focusRound > 0 && isThere) section.current?.focus();
  }, [focusRound, isThere]);
  const name = request ? modelText(request) : words.gone;
  return (
    <section
      ref={section}
      tabIndex={-1}
      aria-label={words.label(name)}
      className="h-full overflow-y-auto rounded-lg border border-line bg-surface text-sm outline-offset-[-2px] select-text [scrollbar-color:var(--line)_transparent] [scrollbar-width:thin]"
    >
      <div className="sticky top-0 flex items-start gap-2 border-b border-line bg-surface py-2.5 pr-2 pl-4">
        <div className="min-w-0 flex-1">
          <h2 className="font-semibold break-words">{request || missing ? name : ''}</h2>
          {request ? <Ending request={request} /> : null}
        </div>
        <button
          type="button"
          onClick={onClose}
          aria-label={words.close}
          className="rounded p-1 text-soft hover:bg-raised hover:text-ink"
        >
          <X aria-hidden="true" className="size-4" />
        </button>
      </div>
      {request ? <Parts request={request} /> : null}
    </section>
  );
}

function Ending({ request }: { request: JournaledRequest }) {
  return (
    <p className="flex items-center gap-1.5 text-soft">
      <OutcomeMark outcome={outcomeOf(request)} />
      {outcomeText(request)}
    </p>
  );
}

function Parts({ request }: { request: JournaledRequest }) {
  const { wireFormat, modelAsked, modelServed, status, paidBy, ampCredit } = request;
  return (
    <div>
      <Part heading={words.cameIn}>
        <Facts
          facts={[
            [words.at, exactTime(request.startedAt)],
            [words.tool, request.tool],
            [words.asked, modelAsked ?? words.noModel],
            [words.format, wireFormat && words.formats[wireFormat]],
            [words.path, request.path],
            [words.id, request.id],
          ]}
        />
      </Part>
      <Part heading={words.attempts}>
        <Reason request={request} />
        <Attempts request={request} />
      </Part>
      <Part heading={words.wentOut}>
        <Facts
          facts={[
            [words.status, status === 499 ? words.statusLeft(status) : String(status)],
            [words.by, request.route === 'refused' ? undefined : serverText(request)],
            [words.served, modelServed],
            [words.paid, paidBy && words.paidBy[paidBy]],
          ]}
        />
      </Part>
      <Part heading={words.timings}>
        <Timings request={request} />
      </Part>
      <Part heading={words.tokenWord}>
        <Tokens usage={request.usage} />
      </Part>
      {ampCredit ? (
        <Part heading={words.credits}>
          <p>{ampCredit === 'used' ? words.creditUsed : words.creditSaved}</p>
        </Part>
      ) : null}
    </div>
  );
}

function Part({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <div className="border-t border-line px-4 py-2.5 first-of-type:border-t-0">
      <h3 className="pb-1 font-medium text-xs text-soft">{heading}</h3>
      {children}
    </div>
  );
}

/** Those without a value are left out. */
function Facts({ facts }: { facts: readonly (readonly [string, string | undefined])[] }) {
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5">
      {facts.map(([name, value]) =>
        value === undefined ? null : (
          <div key={name} className="contents">
            <dt className="text-soft">{name}</dt>
            <dd className="[overflow-wrap:anywhere]">{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

/** Most attempts stand there for the very reason of the route. */
function Reason({ request }: { request: JournaledRequest }) {
  const reason = reasonText(request);
  return request.attempts.some((attempt) => attempt.reason === reason) ? null : <p className="pb-1.5">{reason}</p>;
}

function Attempts({ request: { attempts } }: { request: JournaledRequest }) {
  if (attempts.length === 0) return <p className="text-soft">{words.nobody}</p>;
  return (
    <ol className="grid gap-2">
      {attempts.map(({ via, label, reason, outcome, status }, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: attempts are told by their place, an account may be asked twice.
        <li key={`${place} ${via}`} aria-label={words.attempt(place + 1)} className="flex gap-2">
          <OutcomeMark outcome={outcome === 'served' ? 'served' : 'failed'} />
          <div className="-mt-0.5 min-w-0">
            <p className="font-medium break-words">{label}</p>
            <p className="text-soft break-words">{reason}</p>
            <p className="break-words">{status === undefined ? outcome : text.activity.withStatus(outcome, status)}</p>
          </div>
        </li>
      ))}
    </ol>
  );
}

import { RotateCcw } from 'lucide-react';
import { Tooltip } from 'radix-ui';
import type { AccountView } from '../../preload/contract.ts';
import { durationText } from '../../preload/readings.ts';
import { text } from '../text/en.ts';
import { type Level, levelOf, type MeterReading, meterReading } from './account-reading.ts';

/** More than three do not fit a row; the tooltip lists all. */
const mostMeters = 3;

const unknownQuota: MeterReading = {
  label: text.meter.quota,
  shortLabel: text.meter.quota,
  left: undefined,
  leftText: text.meter.unknown,
  elapsed: undefined,
  countdown: undefined,
  age: undefined,
  details: [text.meter.unknown],
};

/** What is left of each quota window; the exact times are in the tooltip, by mouse or keyboard. */
export function Meters({ account, now }: { account: AccountView; now: number }) {
  const read = account.windows.map((window) => meterReading(window, account.windowsAt, now));
  const readings = read.length > 0 ? read : [unknownQuota];
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the tooltip opens from the keyboard too */}
        <fieldset aria-label={text.meter.group(account.label)} tabIndex={0} className="flex gap-3 rounded px-1">
          {readings.slice(0, mostMeters).map((reading) => (
            <Meter key={reading.label} reading={reading} />
          ))}
        </fieldset>
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          sideOffset={6}
          className="z-10 grid gap-2 rounded-md border border-line bg-surface px-3 py-2 text-xs shadow-sm"
        >
          {readings.map((reading) => (
            <div key={reading.label}>
              <p className="font-medium">{reading.label}</p>
              {reading.details.map((detail) => (
                <p key={detail} className="text-soft">
                  {detail}
                </p>
              ))}
            </div>
          ))}
          {account.windowsAt === undefined ? null : (
            <p className="text-soft">{text.meter.age(durationText(now - account.windowsAt))}</p>
          )}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

const fills: Record<Level, string> = { good: 'bg-good', warn: 'bg-warn', bad: 'bg-bad' };

function Meter({ reading }: { reading: MeterReading }) {
  const { label, shortLabel, left, leftText, countdown, age } = reading;
  return (
    <div className="w-22">
      <p className="flex justify-between gap-2 text-xs">
        <span className="truncate text-soft">{shortLabel}</span>
        {left === undefined ? null : <span className="shrink-0 font-medium">{leftText}</span>}
      </p>
      {left === undefined ? (
        <div
          role="img"
          aria-label={text.meter.name(label, leftText)}
          className="my-1 h-1.5 rounded-sm border border-control border-dashed"
        />
      ) : (
        <Track reading={reading} left={left} />
      )}
      <p className="flex h-4 items-center gap-1 truncate text-xs text-soft">
        {left === undefined ? leftText : null}
        {left !== undefined && age !== undefined ? text.meter.old(age) : null}
        {left !== undefined && age === undefined && countdown !== undefined ? (
          <>
            <RotateCcw aria-hidden="true" className="size-2.5" />
            <span className="sr-only">{text.meter.resetsIn}</span>
            {countdown}
          </>
        ) : null}
      </p>
    </div>
  );
}

/** The filled part is what is left. The tick stands where it would be if the window were used up evenly. */
function Track({ reading: { label, leftText, elapsed }, left }: { reading: MeterReading; left: number }) {
  return (
    <div className="relative my-1 h-1.5 rounded-sm bg-raised forced-colors:outline">
      <meter className="sr-only" aria-label={label} value={left} aria-valuetext={text.meter.left(leftText)} />
      <div
        className={`h-full rounded-sm forced-colors:bg-[CanvasText] ${fills[levelOf(left)]}`}
        style={{ width: `${left * 100}%` }}
      />
      {elapsed === undefined ? null : (
        <div
          className="absolute -inset-y-0.5 w-0.5 rounded-full bg-ink forced-colors:bg-[Highlight]"
          style={{ left: `${(1 - elapsed) * 100}%` }}
        />
      )}
    </div>
  );
}

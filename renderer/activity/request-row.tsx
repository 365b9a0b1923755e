import { memo, type ReactNode } from 'react';
import type { JournaledRequest } from '../../preload/journal-view.ts';
import { outcomeOf } from '../../preload/outcome.ts';
import { modelText, serverText } from '../panel/request-reading.ts';
import { text } from '../text/en.ts';
import { OutcomeMark } from './outcome-mark.tsx';
import { outcomeText, rowTime, tokenPair, tookText } from './request-reading.ts';

const words = text.activity.list;

export type Column = keyof typeof words.columns;

const wide =
  'grid-cols-[88px_minmax(0,1.2fr)_minmax(0,1.5fr)_minmax(0,1.4fr)_100px_96px_56px] max-[879px]:grid-cols-[88px_minmax(0,1fr)_minmax(0,1.5fr)_112px_60px]';
const narrow = 'grid-cols-[88px_minmax(0,1fr)_minmax(0,1.8fr)_60px]';
const line = 'grid items-center gap-x-3 px-4 text-sm';

/** Seen while the grid has the keyboard's focus. */
const activeLook =
  'group-focus-visible:outline-2 group-focus-visible:-outline-offset-2 group-focus-visible:outline-accent';

/** Columns that give way where there is little room. */
function columnClass(column: Column, compact: boolean): string {
  if (compact && (column === 'server' || column === 'outcome' || column === 'tokens')) return 'sr-only';
  return column === 'server' || column === 'tokens' ? 'max-[879px]:sr-only' : '';
}

const isNumber = (column: Column) => column === 'tokens' || column === 'total';

function columnNames(): Column[] {
  return Object.keys(words.columns) as Column[];
}

/** The head of the list. `compact`: a request is open beside it. */
export function RequestHead({ compact }: { compact: boolean }) {
  return (
    <tr aria-rowindex={1} className={`${line} h-8 text-xs text-soft ${compact ? narrow : wide}`}>
      {columnNames().map((column) => (
        <th
          key={column}
          scope="col"
          className={`truncate font-normal ${isNumber(column) ? 'text-right' : 'text-left'} ${columnClass(column, compact)}`}
        >
          {words.columns[column]}
        </th>
      ))}
    </tr>
  );
}

export interface RequestRowProps {
  request: JournaledRequest;
  /** Its place in the list, the latest is 0. */
  index: number;
  /** Pixels from the top of the list. */
  offset: number;
  active: boolean;
  opened: boolean;
  compact: boolean;
  now: number;
  onOpen(id: string): void;
}

export const rowId = (index: number) => `request-row-${index}`;

/** One request in a line of a fixed height; scrolling leaves it as it is. */
export const RequestRow = memo(function RequestRow({
  request,
  index,
  offset,
  active,
  opened,
  compact,
  now,
  onOpen,
}: RequestRowProps) {
  const cells: Record<Column, ReactNode> = {
    time: <span className="text-soft">{rowTime(request.startedAt, now)}</span>,
    tool: (
      <span className="flex items-center gap-2">
        <OutcomeMark outcome={outcomeOf(request)} />
        <span className="truncate">{request.tool}</span>
      </span>
    ),
    model: <span title={modelText(request)}>{modelText(request)}</span>,
    server: <span className="text-soft">{serverText(request)}</span>,
    outcome: outcomeText(request),
    tokens: tokenPair(request) ?? words.noTokens,
    total: <span className="text-soft">{tookText(request.totalMs)}</span>,
  };
  return (
    <tr
      id={rowId(index)}
      aria-rowindex={index + 2}
      aria-selected={opened}
      onClick={() => onOpen(request.id)}
      style={{ transform: `translateY(${offset}px)` }}
      className={`absolute inset-x-0 h-9 contain-strict border-t border-line ${line} ${compact ? narrow : wide} ${opened ? 'bg-raised forced-colors:outline-1 forced-colors:-outline-offset-1' : 'hover:bg-lit'} ${active ? activeLook : ''}`}
    >
      {columnNames().map((column) => (
        <td key={column} className={`truncate ${isNumber(column) ? 'text-right' : ''} ${columnClass(column, compact)}`}>
          {cells[column]}
        </td>
      ))}
    </tr>
  );
});

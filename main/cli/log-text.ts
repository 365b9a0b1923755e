import { outcomeOf } from '../../preload/outcome.ts';
import type { LogLevel } from '../journal/log.ts';
import type { RequestRecord } from '../journal/record.ts';
import { visible } from './terminal-text.ts';

/** The most important first; a line without a level is always shown. */
const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'];

/** Whether a line of the log is as important as `least`, or more. */
export function isAtLeast(line: string, least: LogLevel): boolean {
  const level = /"level":"(\w+)"/.exec(line)?.[1];
  return level === undefined || levels.indexOf(level) <= levels.indexOf(least);
}

/** A request that has ended, in one line: `12:34:56 request Amp CLI: claude-opus-4-7 by you@example.com, served in 1.2 s`. */
export function requestLine(record: RequestRecord): string {
  const { startedAt, totalMs, tool, modelAsked, modelServed, accountLabel, route, reason, status } = record;
  const time = new Date(startedAt + totalMs).toISOString().slice(11, 19);
  const model = modelServed && modelServed !== modelAsked ? `${modelAsked} as ${modelServed}` : (modelAsked ?? '');
  const by = route === 'amp' ? 'by Amp' : accountLabel ? `by ${accountLabel}` : '';
  const outcome = outcomeOf(record);
  const end = outcome === 'served' ? 'served' : `${outcome} with ${status} (${reason})`;
  const what = [visible(model), visible(by)].filter((part) => part !== '').join(' ');
  return `${time} request ${visible(tool)}: ${what}${what ? ', ' : ''}${visible(end)} in ${(totalMs / 1000).toFixed(1)} s`;
}

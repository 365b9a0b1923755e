import type { ToolDiffLine } from '../../preload/tools-view.ts';
import { type ConfigFormat, ConfigSyntaxError } from './formats/config-format.ts';
import { changedLines } from './line-diff.ts';

const mask = '••••';
const secretName = /key|token|secret|passw|credential|auth(?!.*type)|bearer|cookie/i;

export interface ShownText {
  format: ConfigFormat;
  /** Every value is a secret. */
  secret: boolean;
  /** Masks secrets that are known otherwise. */
  scrub(text: string): string;
}

/** The lines by which two texts differ, as they may be shown: values with the name of a secret are masked. */
export function shownDiff(before: string, after: string, how: ShownText): ToolDiffLine[] {
  const [old, now] = [lines(before), lines(after)];
  const [shownOld, shownNow] = [lines(masked(before, how)), lines(masked(after, how))];
  return changedLines(old, now).map(({ kind, line }) => {
    const shown = (kind === 'removed' ? shownOld : shownNow)[line - 1] ?? '';
    return { kind, line, text: how.scrub(shown) };
  });
}

function lines(text: string): string[] {
  const all = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  return all.at(-1) === '' ? all.slice(0, -1) : all;
}

/** As many lines as before. */
function masked(text: string, { format, secret }: ShownText): string {
  return valuesOf(format, text)
    .filter(
      ({ path, start, end }) => secret || secretName.test(path.at(-1) ?? '') || looksSecret(text.slice(start, end)),
    )
    .reverse()
    .reduce((now, { start, end }) => {
      const [value, quote] = [now.slice(start, end), /^["']/.exec(now.slice(start, end))?.[0] ?? ''];
      const hidden = value.includes('\n') ? value.replaceAll(/[^\r\n]+/g, mask) : `${quote}${mask}${quote}`;
      return value === '' ? now : now.slice(0, start) + hidden + now.slice(end);
    }, text);
}

/** Long and mixed as only tokens are: neighbours of ours may stand in the same line, under any name. */
function looksSecret(value: string): boolean {
  const bare = value.replaceAll(/^["']|["']$/g, '');
  if (!/^[\w+/=.~-]{20,}$/.test(bare)) return false;
  return /^[\da-f]{32,}$/i.test(bare) || (/[A-Z]/.test(bare) && /[a-z]/.test(bare) && /\d/.test(bare));
}

/** A text that cannot be read is never shown, as nothing is written to it. */
function valuesOf(format: ConfigFormat, text: string) {
  try {
    return format.values(text);
  } catch (error) {
    if (error instanceof ConfigSyntaxError) return [{ path: ['secret'], start: 0, end: text.length }];
    throw error;
  }
}

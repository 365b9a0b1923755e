const unitMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** "try again in 1h2m3.5s", "retry after 20 s", "Resets in 108h48m29s". */
const phrase =
  /\b(?:again|retry|resets?|wait)\b[^.\d]{0,30}((?:\d+(?:\.\d+)?\s*(?:ms|[dhms])(?:(?=\d)|[a-z]*\b)\s*)+)/i;

/** How long an error's words ask to wait, in milliseconds; undefined where they do not. */
export function waitInText(text: string): number | undefined {
  const told = phrase.exec(text)?.[1];
  if (told === undefined) return undefined;
  let total = 0;
  for (const [, count, unit = ''] of told.matchAll(/(\d+(?:\.\d+)?)\s*(ms|d|h|m|s)/gi))
    total += Number(count) * (unitMs[unit.toLowerCase()] ?? 0);
  return total;
}

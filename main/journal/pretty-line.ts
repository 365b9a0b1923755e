/**
 * A JSON log line for people: `12:34:56 warn  message key=value`, with the newline, in UTC as the log has it. A text that
 * is not a log entry comes back unchanged. Control characters cannot reach the terminal: they stay escaped.
 */
export function prettyLine(line: string): string {
  const entry = readEntry(line);
  if (!entry) return line;
  const { level, time, msg, err, ...rest } = entry;
  const parts = [String(time).slice(11, 19), String(level).padEnd(5), visible(String(msg ?? ''))];
  const error = errorText(err);
  if (error) parts.push(`(${visible(error)})`);
  for (const [key, value] of Object.entries(rest)) parts.push(`${key}=${shown(value)}`);
  return `${parts.filter((part) => part !== '').join(' ')}\n`;
}

function readEntry(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function errorText(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return '';
  return String(error.message);
}

/** A word as it is, everything else as JSON. */
function shown(value: unknown): string {
  if (typeof value === 'string' && /^[\w./:@+-]+$/.test(value)) return value;
  return visible(JSON.stringify(value) ?? '');
}

function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, (character) => {
    if (character === '\n') return '\n         ';
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

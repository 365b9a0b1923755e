/** Names come from clients and providers: control characters, which could move the cursor, cannot reach the terminal. */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}

/** Columns that a text takes on a terminal: East Asian letters and pictures two, accents that combine none. */
export function cellWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) if (!/\p{Mn}/u.test(character)) width += isWide.test(character) ? 2 : 1;
  return width;
}

/** The wide and full-width ranges of Unicode's East Asian Width (UAX #11), by their scripts. */
const isWide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;

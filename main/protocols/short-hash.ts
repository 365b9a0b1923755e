/** The 32-bit FNV-1a's prime; a second start value makes a second, independent half. */
const prime = 0x01000193;
const starts = [0x811c9dc5, 0x9747b28c] as const;

/** 16 hexadecimal digits that tell the ids of one conversation apart. No protection against forgery. */
export function shortHash(text: string): string {
  return starts.map((start) => half(text, start)).join('');
}

function half(text: string, start: number): string {
  let hash = start;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), prime);
    // Without it the upper bits of a character would hardly spread.
    hash ^= hash >>> 15;
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** The window shows them in a few lines, so nobody needs a whole book; in characters. */
const mostNotes = 4_000;

/** What a feed says of a version, as plain text: it comes from outside, and nothing of it is ever taken for HTML. */
export function notesOf(releaseNotes: unknown): { notes?: string } {
  const notes = textOf(releaseNotes)
    .replaceAll(/<br\s*\/?>|<\/(?:p|h\d|li|ul|ol|div)>/gi, '\n')
    .replaceAll(/<li[^>]*>/gi, '• ')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&(?:lt|gt|quot|#39|amp);/g, (entity) => entities[entity] ?? entity)
    .replaceAll(/[^\P{Cc}\n]/gu, ' ')
    .replaceAll(/ *\n(?:\s*\n)+/g, '\n\n')
    .trim();
  if (notes === '') return {};
  return { notes: notes.length > mostNotes ? `${notes.slice(0, mostNotes)}…` : notes };
}

const entities: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
};

/** A text, or a list of texts by version. */
function textOf(releaseNotes: unknown): string {
  if (typeof releaseNotes === 'string') return releaseNotes;
  if (!Array.isArray(releaseNotes)) return '';
  return releaseNotes.map((entry: { note?: unknown } | null) => textOf(entry?.note)).join('\n\n');
}

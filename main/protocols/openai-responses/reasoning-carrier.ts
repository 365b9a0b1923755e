const mark = 'claude-redacted#';

/**
 * Redacted thinking of Claude's as the `encrypted_content` of a reasoning item: the Responses format has no other place
 * for it, and clients send reasoning items back as they got them.
 */
export const claudeRedacted = {
  write: (data: string): string => mark + data,
  read: (encrypted: string): string | undefined =>
    encrypted.startsWith(mark) ? encrypted.slice(mark.length) : undefined,
};

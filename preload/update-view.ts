/** What is known of a newer Fusebox, for tray and window. */
export type UpdateView =
  /** This installation cannot update itself; why, for people. */
  | { status: 'off'; reason: string }
  /** Nobody has asked yet. */
  | { status: 'unasked' }
  | { status: 'checking' }
  /** Asked, and there is nothing newer. */
  | { status: 'current' }
  | { status: 'available'; version: string }
  /** `percent`: 0 to 100, whole. */
  | { status: 'downloading'; version: string; percent: number }
  /** Downloaded and verified; the owner says when it takes over. */
  | { status: 'ready'; version: string }
  /** The last attempt failed; it can be made again. */
  | { status: 'failed'; reason: string };

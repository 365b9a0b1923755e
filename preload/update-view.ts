/** A version that is newer than this one. */
export interface NewerVersion {
  version: string;
  /** What its publisher says of it, as plain text. */
  notes?: string;
}

/** What is known of a newer Fusebox, for tray and window. */
export type UpdateView =
  /** This installation cannot update itself; why, for people. */
  | { status: 'off'; reason: string }
  /** Nobody has asked yet. */
  | { status: 'unasked' }
  | { status: 'checking' }
  /** Asked, and there is nothing newer. */
  | { status: 'current' }
  | ({ status: 'available' } & NewerVersion)
  /** `percent`: 0 to 100, whole. */
  | ({ status: 'downloading'; percent: number } & NewerVersion)
  /** Downloaded and verified; the owner says when it takes over. */
  | ({ status: 'ready' } & NewerVersion)
  /** The last attempt failed; it can be made again. */
  | { status: 'failed'; reason: string };

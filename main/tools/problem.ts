/** Why a tool cannot be read or changed; what happened, what to do. Nothing of a file's content is in it. */
export class ToolError extends Error {
  readonly code: ToolErrorCode;
  readonly fix: string;
  constructor(code: ToolErrorCode, message: string, fix: string, options?: { cause: unknown }) {
    super(message, options);
    this.name = 'ToolError';
    this.code = code;
    this.fix = fix;
  }
}

export type ToolErrorCode =
  | 'tool_unknown'
  | 'file_unreadable'
  | 'file_invalid'
  | 'file_conflict'
  | 'file_read_only'
  | 'file_unwritable'
  | 'record_unreadable'
  | 'changed_by_others'
  | 'changed_meanwhile'
  | 'not_connected'
  | 'nothing_to_write';

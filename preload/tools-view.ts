import { z } from 'zod';

/**
 * `connected`: it points here. `outdated`: it points to where the gateway was before, or only half of it is written.
 * `changed`: somebody else has written other values where ours were. `unreadable`: see the problem.
 */
export type ToolStatus = 'connected' | 'outdated' | 'changed' | 'not-connected' | 'not-installed' | 'unreadable';

/** A tool that can be pointed at the gateway. Holds no secret. */
export interface ToolView {
  id: string;
  label: string;
  status: ToolStatus;
  /** A program or folder that shows that the tool is installed. */
  foundAt?: string;
  /** The settings files that are written. */
  files: { path: string; exists: boolean }[];
  /** Where Fusebox keeps what the files were before; absent where there is nothing to put back. */
  backup?: string;
  /** When it was connected, milliseconds since the Unix epoch. */
  since?: number;
  /** What is to be done before the tool uses the gateway. */
  afterwards: string;
  /** What does not go through the gateway even then. */
  limits?: string;
  /** What the owner may have written as well, where the gateway asks for no key. */
  optionalKey?: string;
  problem?: { message: string; fix: string };
}

export interface ToolDiffLine {
  kind: 'added' | 'removed';
  /** From 1, in the text that it stands in. */
  line: number;
  /** Secrets are masked. */
  text: string;
}

/** What would be written. */
export interface ToolPlan {
  tool: string;
  action: 'connect' | 'restore';
  /** Stands for the files as they are now: who carries the plan out with it, writes what was shown or nothing. */
  token: string;
  files: { path: string; change: 'create' | 'edit' | 'delete' | 'none'; lines: ToolDiffLine[] }[];
}

/** Lines to copy into a tool that has no entry of its own. The access key is masked. */
export interface ToolSnippet {
  id: string;
  label: string;
  text: string;
}

const id = z.string().min(1).max(60);
const token = z.string().length(64).optional();

const planQuestion = z.strictObject({ id, action: z.enum(['connect', 'restore']), withKey: z.boolean().optional() });

const connect = z.strictObject({
  id,
  token,
  withKey: z.boolean().optional(),
  /** The owner knows that somebody else has changed the values, and wants ours again. */
  over: z.boolean().optional(),
});

const restore = z.strictObject({ id, token, over: z.boolean().optional() });

/** The calls about tools; a part of the contract. */
export const toolCalls = {
  /** Looks at the tools' files again; the state has what was found. */
  'tools.look': z.void(),
  /** What connecting or restoring would write now. */
  'tools.plan': planQuestion,
  'tools.connect': connect,
  'tools.restore': restore,
  /** Leaves a tool's files as they are, and forgets what they were. */
  'tools.forget': z.strictObject({ id }),
  'tools.snippets': z.void(),
  /** With the access key in it, which the window never has. */
  'clipboard.copy-snippet': z.strictObject({ id }),
} as const;

export interface ToolCallResults {
  'tools.look': null;
  'tools.plan': ToolPlan;
  'tools.connect': null;
  'tools.restore': null;
  'tools.forget': null;
  'tools.snippets': ToolSnippet[];
  'clipboard.copy-snippet': null;
}

export type ToolPlanQuestion = z.infer<typeof planQuestion>;
export type ToolConnect = z.infer<typeof connect>;
export type ToolRestore = z.infer<typeof restore>;

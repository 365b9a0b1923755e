import { join } from 'node:path';
import type { ConfigFiles } from './config-files.ts';
import { ToolError } from './problem.ts';
import { type ToolRecord, toolRecord } from './record.ts';

/** What is kept of connected tools: a file each, which holds what the tool's files were before. */
export interface RecordFiles {
  path(tool: string): string;
  /** Rejects with ToolError when the file cannot be used. */
  read(tool: string): Promise<ToolRecord | undefined>;
  write(record: ToolRecord): Promise<void>;
  remove(tool: string): Promise<void>;
}

export function createRecordFiles(folder: string, files: ConfigFiles): RecordFiles {
  const path = (tool: string) => join(folder, `${tool}.json`);
  return {
    path,
    async read(tool) {
      const text = await files.read(path(tool));
      if (text === undefined) return undefined;
      try {
        return toolRecord.parse(JSON.parse(text));
      } catch (cause) {
        throw new ToolError(
          'record_unreadable',
          `${path(tool)} cannot be used, so what the tool's settings were before is not known.`,
          'Put that file right, or delete it to begin anew.',
          { cause },
        );
      }
    },
    write: (record) => files.write(path(record.tool), `${JSON.stringify(record, null, 2)}\n`, true),
    remove: (tool) => files.remove(path(tool)),
  };
}

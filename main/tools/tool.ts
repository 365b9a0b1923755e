import type { FormatName } from './formats/format.ts';

/** The computer whose tools are meant; paths are made for its platform. */
export interface Machine {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  homeDir: string;
}

/** What tools are to be told. */
export interface Wish {
  /** The gateway's address, without a slash at the end. */
  url: string;
  /** An access key of the gateway; absent where it asks for none. */
  key?: string;
  /** Models that can be asked for now, by their ids. */
  models: readonly string[];
  /** Whether a tool that keeps its key in a file of its own gets one although the gateway asks for none. */
  withKey?: boolean;
}

/** A name in an object, or the element of a list whose field has this value. */
export type PathPart = string | { readonly where: string; readonly is: string };
export type Path = readonly PathPart[];

/** One value of a tool's file that is ours while the tool is connected. The value is JSON. */
export interface Change {
  path: Path;
  value: unknown;
}

/** One of a tool's files, and what connecting writes to it. */
export interface Target {
  file(machine: Machine): string;
  format: FormatName;
  /** The file holds secrets and nothing else: what it was before is kept in the vault, and none of its values are shown. */
  secret?: true;
  /** Empty where there is nothing to write. */
  changes(wish: Wish): readonly Change[];
}

/** A tool that can be pointed at the gateway: a declaration, nothing that runs by itself. */
export interface Tool {
  id: string;
  label: string;
  /** Programs that show by being on PATH that the tool is installed. */
  programs: readonly string[];
  /** Folders that show it as well. */
  folders(machine: Machine): readonly string[];
  targets: readonly Target[];
  /** What is to be done before the tool uses the gateway. */
  afterwards: string;
  /** What does not go through the gateway even then. */
  limits?: string;
  /** The owner may have the tool's key written although the gateway asks for none; what that is good for. */
  optionalKey?: string;
}

/** What tools are given as a key where the gateway asks for none, because they refuse to start without. */
export const placeholderKey = 'fusebox';

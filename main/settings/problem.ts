import { basename } from 'node:path';

/** One thing that is wrong with the settings, in words for their owner. Never quotes a value, because any value may be a secret. */
export interface SettingsProblem {
  file: string;
  /** First line is 1; absent when the problem has no place in a file. */
  line?: number;
  /** Full path of the setting: `ampcode.model-mappings[0].to`. */
  key?: string;
  /** One sentence, without the file and line. */
  text: string;
  /** Full path of the valid key that is spelled most like an unknown one. */
  nearest?: string;
}

/** Settings that were refused; the message lists every problem. */
export class SettingsError extends Error {
  readonly problems: readonly SettingsProblem[];

  constructor(problems: readonly SettingsProblem[]) {
    super(formatProblems(problems));
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

/** One line a problem: `config.yaml, line 3: …`. */
export function formatProblems(problems: readonly SettingsProblem[]): string {
  return problems.map(formatProblem).join('\n');
}

function formatProblem({ file, line, text }: SettingsProblem): string {
  return `${basename(file)}${line === undefined ? '' : `, line ${line}`}: ${text}`;
}

export type SettingPath = readonly (string | number)[];

/** `['a', 0, 'b']` as people write it: `a[0].b`. */
export function formatPath(path: SettingPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

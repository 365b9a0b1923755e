import type { ConfigFormat } from './config-format.ts';
import { dotenvFormat } from './dotenv.ts';
import { jsoncFormat } from './jsonc.ts';
import { tomlFormat } from './toml.ts';

export const formats = { jsonc: jsoncFormat, toml: tomlFormat, dotenv: dotenvFormat } satisfies Record<
  string,
  ConfigFormat
>;

export type FormatName = keyof typeof formats;

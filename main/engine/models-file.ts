import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { thinkingLevels } from '../protocols/thinking-suffix.ts';
import type { OwnerModels } from '../providers/owner-models.ts';
import { type FileWatch, watchFile } from '../settings/file-watch.ts';

type Table = OwnerModels['table'];
type Model = Table['models'][number];

/** The owner's own table of models, followed while the program runs. */
export interface ModelsFile {
  /** By provider; replaced as a whole when the file changes. */
  tables(): ReadonlyMap<string, Table>;
  /** Where it is read from. */
  path(): string;
  /** Why it cannot be used, for people; the last good tables stay in force. */
  problem(): string | undefined;
  /** Reads and follows this file from now on. Never rejects. */
  follow(path: string): Promise<void>;
  close(): void;
}

const mostLength = 1024 * 1024;
const tokens = z.number().int().positive().max(100_000_000);
const limits = { context: tokens.optional(), output: tokens.optional() };

/** Strict, so that nothing but names and limits can be said of a provider: above all not where it is. */
const modelEntry = z.strictObject({
  id: z.string().trim().min(1).max(200),
  name: z.string().trim().min(1).max(200).optional(),
  ...limits,
  aliases: z.array(z.string().trim().min(1).max(200)).max(50).optional(),
  thinking: z
    .strictObject({
      levels: z.array(z.enum(thinkingLevels)).default([]),
      budget: z.strictObject({ min: z.number().int().min(0), max: tokens }).optional(),
      'can-disable': z.boolean().default(true),
    })
    .optional(),
  plans: z.record(z.string(), z.union([z.literal(false), z.strictObject(limits)])).optional(),
});

const providerEntry = z.strictObject({
  /** The program's own list of the provider is not used. */
  replace: z.boolean().default(false),
  models: z.array(modelEntry).max(2000),
});

export function createModelsFile(deps: {
  clock: Clock;
  /** The providers there are. */
  providers: readonly string[];
  log: { warn(message: string): void };
  onChange(): void;
}): ModelsFile {
  const schema = z.strictObject({
    version: z.literal(1),
    providers: z.partialRecord(z.enum(deps.providers), providerEntry),
  });
  let tables: ReadonlyMap<string, Table> = new Map();
  let problem: string | undefined;
  let followed = '';
  let watch: FileWatch | undefined;
  const read = async (): Promise<void> => {
    const path = followed;
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (path !== followed) return;
    const found = parsed(text);
    const checked = 'problem' in found ? undefined : schema.safeParse(found.value);
    const before = problem;
    problem = 'problem' in found ? found.problem : checked?.error && issuesIn(checked.error);
    if (checked?.success) tables = tablesIn(checked.data.providers);
    if (problem !== undefined && problem !== before) deps.log.warn(`The table of models cannot be used: ${problem}`);
    deps.onChange();
  };
  return {
    tables: () => tables,
    path: () => followed,
    problem: () => problem,
    async follow(path) {
      if (path === followed) return;
      watch?.close();
      followed = path;
      watch = watchFile({ file: path, clock: deps.clock, onEvent: () => void read(), onFailure: () => {} });
      await read();
    },
    close: () => watch?.close(),
  };
}

const empty = { version: 1, providers: {} };

/** The text of a file that is missing is undefined: then there is no table. */
function parsed(text: string | undefined): { value: unknown } | { problem: string } {
  if (text === undefined) return { value: empty };
  if (text.length > mostLength) return { problem: 'the file is larger than a table of models can be' };
  try {
    return { value: parse(text) ?? empty };
  } catch (error) {
    return { problem: error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'not YAML' };
  }
}

const mostIssues = 5;

function issuesIn({ issues }: z.ZodError): string {
  const lines = issues.slice(0, mostIssues).map(({ path, message }) => `${path.join('.') || 'file'}: ${message}`);
  return lines.join('; ') + (issues.length > mostIssues ? `; and ${issues.length - mostIssues} more` : '');
}

function tablesIn(providers: Partial<Record<string, z.output<typeof providerEntry>>>): Map<string, Table> {
  const entries = Object.entries(providers).flatMap(([provider, entry]) =>
    entry ? [[provider, { replace: entry.replace, models: entry.models.map(modelOf) }] as const] : [],
  );
  return new Map(entries);
}

function modelOf({ id, name, aliases, thinking, plans, ...own }: z.output<typeof modelEntry>): Model {
  const byPlan = Object.entries(plans ?? {}).map(([plan, word]) => [plan, word && limitsIn(word)] as const);
  return {
    id,
    ...(name === undefined ? {} : { displayName: name }),
    ...limitsIn(own),
    ...(aliases ? { aliases } : {}),
    ...(thinking ? { thinking: thinkingIn(thinking) } : {}),
    ...(plans ? { plans: Object.fromEntries(byPlan) } : {}),
  };
}

function limitsIn({ context, output }: { context?: number | undefined; output?: number | undefined }) {
  return {
    ...(context === undefined ? {} : { contextWindow: context }),
    ...(output === undefined ? {} : { maxOutput: output }),
  };
}

function thinkingIn({ levels, budget, ...rest }: NonNullable<z.output<typeof modelEntry>['thinking']>) {
  return { levels, canDisable: rest['can-disable'], ...(budget ? { budget } : {}) };
}

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Home } from './home.ts';
import { installed, type Package } from './install.ts';
import { type Finished, runProgram } from './program.ts';

/** A generation of Amp's command line. */
export interface AmpClient {
  title: string;
  /** What to fetch first. Absent: the client is a development dependency. */
  package?: Package;
  /** Program and first arguments. */
  command(): Promise<string[]>;
}

/** A generation that calls models itself, through Amp's address. */
export interface ClassicAmp extends AmpClient {
  /** The models of its modes. */
  models: Record<'smart' | 'rush' | 'large', RegExp>;
}

const january = { name: '@sourcegraph/amp', version: '0.0.1767830505-ga62310' };

/** January 2026: the oldest that the registry has. */
export const ampOfJanuary: ClassicAmp = {
  title: 'Amp of January 2026',
  package: january,
  models: { smart: /opus-4-5/, rush: /haiku-4-5/, large: /sonnet-4-5/ },
  command: async () => [
    process.execPath,
    join(await installed(january), 'node_modules', january.name, 'dist', 'main.js'),
  ],
};

/** May 2026: the last one that calls models itself. It is a development dependency, so its tests always run. */
export const ampOfMay: ClassicAmp = {
  title: 'Amp of May 2026',
  models: { smart: /opus-4-7/, rush: /haiku-4-5/, large: /opus-4-6/ },
  command: async () => {
    const folder = dirname(createRequire(import.meta.url).resolve('@sourcegraph/amp/package.json'));
    return [process.execPath, join(folder, 'dist', 'main.js')];
  },
};

const september = { name: '@sourcegraph/amp', version: '0.0.1790142911-g7618fb' };

/** September 2026: a native program whose turns run in Amp's cloud, over a WebSocket. */
export const ampOfSeptember: AmpClient = {
  title: 'Amp of September 2026',
  package: september,
  command: async () => {
    const platform = `cli-${process.platform}-${process.arch}`;
    return [join(await installed(september), 'node_modules', '@ampcode', platform, 'amp')];
  },
};

export interface AmpRun {
  /** Where the client thinks that Amp is. */
  url: string;
  /** Absent: what `amp login` has stored. */
  token?: string;
  home: Home;
}

/** Runs the client to its end, with nothing of this machine's environment but the browser of the home. */
export async function runAmp(
  client: AmpClient,
  args: readonly string[],
  { url, token, home }: AmpRun,
): Promise<Finished> {
  const [program = '', ...first] = await client.command();
  const env = {
    HOME: home.folder,
    PATH: home.path,
    AMP_URL: url,
    AMP_SKIP_UPDATE_CHECK: '1',
    ...(token === undefined ? {} : { AMP_API_KEY: token }),
  };
  return runProgram(program, [...first, ...args], { env, cwd: home.workspace });
}

import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEngine } from '../engine/harness.ts';
import { ampOfMay } from './amp.ts';
import { type Home, makeHome } from './home.ts';
import { installed, type Package, whyMissing } from './install.ts';
import { type Finished, runProgram } from './program.ts';

/** A tool as its owner has it, started without one variable that leads it anywhere: it has nothing but the files we wrote. */
interface Client {
  /** The tool's id. */
  id: string;
  package?: Package;
  command(): Promise<string[]>;
  args: readonly string[];
  env?: Record<string, string>;
}

const packages = {
  claude: { name: '@anthropic-ai/claude-code', version: '2.1.197' },
  codex: { name: '@openai/codex', version: '0.169.0' },
  gemini: { name: '@google/gemini-cli', version: '0.61.0' },
} satisfies Record<string, Package>;

const model = 'claude-opus-4-7';

const clients: Client[] = [
  { id: 'amp', command: ampOfMay.command, args: ['-x', 'say hi'], env: { AMP_SKIP_UPDATE_CHECK: '1' } },
  {
    id: 'claude-code',
    package: packages.claude,
    command: async () => [
      join(
        await installed(packages.claude),
        `node_modules/@anthropic-ai/claude-code-${process.platform}-${process.arch}/claude`,
      ),
    ],
    args: ['--model', model, '-p', 'say hi'],
    env: { DISABLE_AUTOUPDATER: '1', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' },
  },
  {
    id: 'codex',
    package: packages.codex,
    command: async () => script(packages.codex, 'bin/codex.js'),
    args: ['exec', '--skip-git-repo-check', '-m', model, 'say hi'],
  },
  {
    id: 'gemini-cli',
    package: packages.gemini,
    command: async () => script(packages.gemini, 'bundle/gemini.js'),
    args: ['-m', model, '-p', 'say hi'],
    env: { GEMINI_CLI_TRUST_WORKSPACE: 'true' },
  },
];

async function script(wanted: Package, file: string): Promise<string[]> {
  return [process.execPath, join(await installed(wanted), 'node_modules', wanted.name, file)];
}

async function run({ command, args, env }: Client, home: Home): Promise<Finished> {
  const [program = '', ...first] = await command();
  return runProgram(program, [...first, ...args], {
    env: { HOME: home.folder, PATH: home.path, ...env },
    cwd: home.workspace,
  });
}

for (const client of clients) {
  const reason = client.package && (await whyMissing(client.package));
  describe.skipIf(reason !== undefined)(`${client.id}, connected${reason ? ` (${reason})` : ''}`, () => {
    let home: Home;
    beforeEach(async () => {
      home = await makeHome();
    });
    afterEach(() => home.remove());

    for (const keys of [[], ['a-key-for-this-gateway']])
      it(`is served by the gateway ${keys.length > 0 ? 'with its access key' : 'without keys'}`, async () => {
        const { engine, anthropic } = await startEngine({
          settings: { 'api-keys': keys },
          anthropic: { text: 'Served by the owner’s account.' },
          homeDir: home.folder,
        });
        await engine.tools.connect({ id: client.id, withKey: true });
        const { exit, stdout, stderr } = await run(client, home);
        expect(`${stdout}${stderr}`).toContain('Served by the owner’s account.');
        expect(exit).toBe(0);
        expect(anthropic.requests.some(({ path }) => path.startsWith('/v1/messages'))).toBe(true);
        expect(engine.state().recent.some(({ route }) => route === 'local')).toBe(true);
      });
  });
}

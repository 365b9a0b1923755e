import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Home } from './home.ts';
import { installed, type Package } from './install.ts';
import { type Finished, runProgram } from './program.ts';

/** A command line of another maker, pointed at the gateway the way its own documentation says. */
export interface OtherTool {
  title: string;
  package: Package;
  /** The model that it asks for by itself; absent: it takes any name. */
  run(prompt: string, options: { url: string; model: string; home: Home }): Promise<Finished>;
  /** A call that reads the file, with the tools that it has. */
  read(path: string): { name: string; input: object };
}

const limitMs = 45_000;

const claudeCodePackage = { name: '@anthropic-ai/claude-code', version: '2.1.197' };

export const claudeCode: OtherTool = {
  title: 'Claude Code',
  package: claudeCodePackage,
  async run(prompt, { url, model, home }) {
    const modules = join(await installed(claudeCodePackage), 'node_modules', '@anthropic-ai');
    const program = join(modules, `claude-code-${process.platform}-${process.arch}`, 'claude');
    const env = {
      HOME: home.folder,
      PATH: home.path,
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_AUTH_TOKEN: 'any',
      ANTHROPIC_MODEL: model,
      ANTHROPIC_SMALL_FAST_MODEL: model,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    };
    return runProgram(program, ['-p', prompt, '--allowedTools', 'Read'], { env, cwd: home.workspace, limitMs });
  },
  read: (path) => ({ name: 'Read', input: { file_path: path } }),
};

const codexPackage = { name: '@openai/codex', version: '0.169.0' };

export const codex: OtherTool = {
  title: 'Codex',
  package: codexPackage,
  async run(prompt, { url, model, home }) {
    const program = join(await installed(codexPackage), 'node_modules', '@openai', 'codex', 'bin', 'codex.js');
    const folder = join(home.folder, '.codex');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'config.toml'), codexConfig(url, model));
    const env = { HOME: home.folder, CODEX_HOME: folder, PATH: home.path, LOCAL_KEY: 'any' };
    const args = ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', prompt];
    return runProgram(process.execPath, [program, ...args], { env, cwd: home.workspace, limitMs });
  },
  read: (path) => ({ name: 'exec_command', input: { cmd: `cat '${path}'` } }),
};

function codexConfig(url: string, model: string): string {
  return `model = "${model}"
model_provider = "local"
[model_providers.local]
name = "local"
base_url = "${url}/v1"
wire_api = "responses"
env_key = "LOCAL_KEY"
`;
}

const geminiCliPackage = { name: '@google/gemini-cli', version: '0.61.0' };

export const geminiCli: OtherTool = {
  title: 'Gemini CLI',
  package: geminiCliPackage,
  async run(prompt, { url, model, home }) {
    const modules = join(await installed(geminiCliPackage), 'node_modules');
    const program = join(modules, '@google', 'gemini-cli', 'bundle', 'gemini.js');
    const folder = join(home.folder, '.gemini');
    await mkdir(folder, { recursive: true });
    const settings = { security: { auth: { selectedType: 'gemini-api-key' } } };
    await writeFile(join(folder, 'settings.json'), JSON.stringify(settings));
    const env = {
      HOME: home.folder,
      PATH: home.path,
      GEMINI_CLI_TRUST_WORKSPACE: 'true',
      GOOGLE_GEMINI_BASE_URL: url,
      GEMINI_API_KEY: 'any',
    };
    return runProgram(process.execPath, [program, '-m', model, '-p', prompt], { env, cwd: home.workspace, limitMs });
  },
  read: (path) => ({ name: 'read_file', input: { file_path: path } }),
};

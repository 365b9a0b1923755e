import { applicationData, configHome, dataHome, home, join, variable } from './places.ts';
import { type Change, type Machine, placeholderKey, type Tool, type Wish } from './tool.ts';

/**
 * Every tool that can be connected, one declaration each: copy one to add another. Where the files are and what the
 * tools make of them was tried with the real programs in November 2026, unless a line says otherwise.
 */
export const declaredTools: readonly Tool[] = [
  {
    id: 'amp',
    label: 'Amp CLI',
    programs: ['amp'],
    folders: (machine) => [configHome(machine, 'amp'), home(machine, '.amp')],
    targets: [
      {
        file: (machine) => variable(machine, 'AMP_SETTINGS_FILE') ?? configHome(machine, 'amp', 'settings.json'),
        format: 'jsonc',
        changes: ({ url }) => [{ path: ['amp.url'], value: url }],
      },
      {
        file: (machine) => dataHome(machine, 'amp', 'secrets.json'),
        format: 'jsonc',
        secret: true,
        // Amp looks its key up by the address, character for character.
        changes: ({ url, key, withKey }) =>
          key || withKey ? [{ path: [`apiKey@${url}`], value: key ?? placeholderKey }] : [],
      },
    ],
    afterwards: 'Start amp again. If it asks you to sign in, it does so through Fusebox.',
    limits:
      "Amp Neo (July 2026 and later) runs its models in Amp's cloud: its traffic passes through untouched and spends Amp credits.",
    optionalKey: 'Sign Amp in as well, so that it does not ask: Fusebox uses the Amp token that it has.',
  },
  editor('vscode', 'VS Code', 'Code', ['code']),
  editor('cursor', 'Cursor', 'Cursor', ['cursor'], "Cursor's own chat and agent run on Cursor's servers."),
  editor('windsurf', 'Windsurf', 'Windsurf', ['windsurf'], "Windsurf's own Cascade runs on Windsurf's servers."),
  editor('vscodium', 'VSCodium', 'VSCodium', ['codium', 'vscodium']),
  {
    id: 'claude-code',
    label: 'Claude Code',
    programs: ['claude'],
    folders: (machine) => [claudeHome(machine)],
    targets: [
      {
        file: (machine) => join(machine, claudeHome(machine), 'settings.json'),
        format: 'jsonc',
        changes: ({ url, key }) => [
          { path: ['env', 'ANTHROPIC_BASE_URL'], value: url },
          { path: ['env', 'ANTHROPIC_AUTH_TOKEN'], value: key ?? placeholderKey },
        ],
      },
    ],
    afterwards: 'Start claude again.',
  },
  {
    id: 'codex',
    label: 'Codex',
    programs: ['codex'],
    folders: (machine) => [codexHome(machine)],
    targets: [
      {
        file: (machine) => join(machine, codexHome(machine), 'config.toml'),
        format: 'toml',
        changes: ({ url, key }) => [
          { path: ['model_provider'], value: 'fusebox' },
          {
            path: ['model_providers', 'fusebox'],
            value: {
              name: 'Fusebox',
              base_url: `${url}/v1`,
              wire_api: 'responses',
              ...(key ? { experimental_bearer_token: key } : {}),
            },
          },
        ],
      },
    ],
    afterwards: 'Start codex again. Conversations of another provider are listed under that one.',
    limits: "Cloud tasks and reviews run on OpenAI's servers.",
  },
  {
    id: 'gemini-cli',
    label: 'Gemini CLI',
    programs: ['gemini'],
    folders: (machine) => [geminiHome(machine)],
    targets: [
      {
        file: (machine) => join(machine, geminiHome(machine), 'settings.json'),
        format: 'jsonc',
        changes: () => [{ path: ['security', 'auth', 'selectedType'], value: 'gemini-api-key' }],
      },
      {
        file: (machine) => join(machine, geminiHome(machine), '.env'),
        format: 'dotenv',
        changes: ({ url, key }) => [
          { path: ['GOOGLE_GEMINI_BASE_URL'], value: url },
          { path: ['GEMINI_API_KEY'], value: key ?? placeholderKey },
        ],
      },
    ],
    afterwards: 'Start gemini again. A project with a .env file of its own uses that one instead.',
  },
  {
    id: 'droid',
    label: 'Factory Droid',
    programs: ['droid'],
    folders: (machine) => [home(machine, '.factory')],
    targets: [
      // Fields: https://docs.factory.ai/cli/byok/overview
      { file: (machine) => home(machine, '.factory', 'settings.json'), format: 'jsonc', changes: droidModels },
    ],
    afterwards: 'Start droid again and choose one of the models with “(Fusebox)” by /model.',
    limits: "Factory's own models run on Factory's servers.",
  },
];

/** VS Code and its forks differ in names only; the Amp extension reads `amp.url` from the user's settings. */
function editor(id: string, label: string, folder: string, programs: readonly string[], own?: string): Tool {
  return {
    id,
    label,
    programs,
    folders: (machine) => [applicationData(machine, folder)],
    targets: [
      {
        file: (machine) => applicationData(machine, folder, 'User', 'settings.json'),
        format: 'jsonc',
        changes: ({ url }) => [{ path: ['amp.url'], value: url }],
      },
    ],
    afterwards: `Reload the window of ${label}. The Amp extension then asks you to sign in, through Fusebox.`,
    limits: `Only the Amp extension uses Fusebox.${own ? ` ${own}` : ''}`,
  };
}

function claudeHome(machine: Machine): string {
  return variable(machine, 'CLAUDE_CONFIG_DIR') ?? home(machine, '.claude');
}

function codexHome(machine: Machine): string {
  return variable(machine, 'CODEX_HOME') ?? home(machine, '.codex');
}

/** GEMINI_CLI_HOME stands for the home folder, not for the folder in it. */
function geminiHome(machine: Machine): string {
  return join(machine, variable(machine, 'GEMINI_CLI_HOME') ?? machine.homeDir, '.gemini');
}

/** One entry a model: Droid shows only what is listed. */
function droidModels({ url, key, models }: Wish): Change[] {
  return models.map((model) => {
    const id = `custom:fusebox:${model}`;
    const provider = droidProvider(model);
    const baseUrl = provider === 'anthropic' ? url : `${url}/v1`;
    const displayName = `${model} (Fusebox)`;
    return {
      path: ['customModels', { where: 'id', is: id }],
      value: { id, model, displayName, baseUrl, apiKey: key ?? placeholderKey, provider },
    };
  });
}

function droidProvider(model: string): string {
  if (/claude/.test(model)) return 'anthropic';
  return /^(gpt|o\d|codex)/.test(model) ? 'openai' : 'generic-chat-completion-api';
}

import type { ToolSnippet } from '../../preload/tools-view.ts';
import { placeholderKey, type Wish } from './tool.ts';

/** Settings for whatever has no entry of its own, ready to paste. The key is masked unless `whole`. */
export function snippets({ url, key }: Pick<Wish, 'url' | 'key'>, whole: boolean): ToolSnippet[] {
  const shown = key === undefined ? placeholderKey : whole ? key : '••••';
  return [
    snippet('openai', 'OpenAI-compatible', { OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: shown }),
    snippet('anthropic', 'Anthropic-compatible', { ANTHROPIC_BASE_URL: url, ANTHROPIC_AUTH_TOKEN: shown }),
    snippet('gemini', 'Gemini-compatible', { GOOGLE_GEMINI_BASE_URL: url, GEMINI_API_KEY: shown }),
    snippet('amp', 'Amp, for one terminal', { AMP_URL: url, ...(key === undefined ? {} : { AMP_API_KEY: shown }) }),
  ];
}

function snippet(id: string, label: string, variables: Record<string, string>): ToolSnippet {
  return {
    id,
    label,
    text: Object.entries(variables)
      .map(([name, value]) => `export ${name}=${quoted(value)}`)
      .join('\n'),
  };
}

function quoted(value: string): string {
  return /^[\w:/.@-]*$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

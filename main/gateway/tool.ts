import type { IncomingHttpHeaders } from 'node:http';

/** Tools by what their requests carry; first match wins (seen on the wire, see docs/amp.md). */
const tools: readonly { name: string; matches(headers: IncomingHttpHeaders, agent: string): boolean }[] = [
  {
    name: 'Amp',
    matches: (headers) =>
      'x-amp-thread-id' in headers || 'x-amp-client-application' in headers || 'x-amp-client-type' in headers,
  },
  { name: 'Claude Code', matches: (_, agent) => agent.startsWith('claude-cli/') },
  {
    name: 'Codex',
    matches: (headers, agent) => agent.startsWith('codex') || String(headers.originator ?? '').startsWith('codex'),
  },
  { name: 'Gemini CLI', matches: (_, agent) => agent.startsWith('GeminiCLI') },
  { name: 'Amp', matches: (_, agent) => /\bamp\b/i.test(agent) },
  { name: 'Anthropic SDK', matches: (_, agent) => /^anthropic\//i.test(agent) },
  { name: 'OpenAI SDK', matches: (_, agent) => /^openai\//i.test(agent) },
  { name: 'Google SDK', matches: (_, agent) => agent.startsWith('google-genai-sdk') },
  { name: 'curl', matches: (_, agent) => agent.startsWith('curl/') },
];

/** Names the tool that sent a request; its user agent's first word when it is none we know. */
export function toolOf(headers: IncomingHttpHeaders): string {
  const agent = headers['user-agent'] ?? '';
  const known = tools.find((tool) => tool.matches(headers, agent));
  return known?.name ?? (/^[\w.-]{1,40}/.exec(agent)?.[0] || 'unknown');
}

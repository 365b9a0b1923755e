import type { CodeAssistClient } from '../google/code-assist.ts';

/** As Gemini CLI names itself. Since 18 June 2026 Google refuses it to all but Standard and Enterprise subscriptions. */
export const geminiCli: CodeAssistClient = {
  metadata: { ideType: 'IDE_UNSPECIFIED', platform: 'PLATFORM_UNSPECIFIED', pluginType: 'GEMINI' },
  // The product's name in capitals: a project may have it in lower case.
  notServed: /UNSUPPORTED_CLIENT|IneligibleTierError|\bAntigravity\b/,
  notServedWords:
    'Google ended Gemini CLI for individual, AI Pro and AI Ultra plans on 18 June 2026; Antigravity serves them',
};

/**
 * Keys of CLIProxyAPI files that are accepted with any value but change nothing yet, so that such a file loads and
 * nobody believes that they work. `*` stands for every entry of a list. Giving one effect means moving it to the schema.
 * Names from CLIProxyAPI's config.example.yaml of November 2026 and from its older versions.
 */
export const keysWithoutEffect = [
  { key: 'generative-language-api-key', about: 'Gemini API keys, older spelling' },
  { key: 'interactions-api-key', about: 'Gemini API keys for the interactions API' },
  { key: 'xai-api-key', about: 'xAI API keys' },
  { key: 'oauth-model-alias.*.*.display-name', about: 'name of a model in lists' },
  { key: 'oauth-model-alias.*.*.force-mapping', about: 'model name in answers' },
  { key: 'oauth-request-scoped-errors', about: 'own rules for upstream errors' },
  { key: 'request-retry', about: 'how often a failed request is tried again' },
  { key: 'disable-cooling', about: 'switches cooldowns off' },
  { key: 'save-cooldown-status', about: 'keeps cooldowns over a restart' },
  { key: 'transient-error-cooldown-seconds', about: 'cooldown after passing upstream errors' },
  { key: 'remote-management.disable-auto-update-panel', about: 'updates of a web page that is downloaded' },
  { key: 'remote-management.panel-github-repository', about: 'where that page is downloaded from' },
  { key: 'usage-statistics-enabled', about: 'usage counts' },
  { key: 'redis-usage-queue-retention-seconds', about: 'how long usage records are queued' },
  { key: 'error-logs-max-files', about: 'number of error logs' },
  { key: 'ws-auth', about: 'keys for the WebSocket API' },
  { key: 'nonstream-keepalive-interval', about: 'blank lines before an answer that is not streamed' },
  { key: 'streaming', about: 'keep-alive comments and retries of streams' },
  { key: 'passthrough-headers', about: 'upstream response headers for clients' },
  { key: 'payload', about: 'rules that change request bodies' },
  { key: 'tls', about: 'HTTPS on the listener' },
  { key: 'pprof', about: 'Go profiling' },
  { key: 'plugins', about: 'native plug-ins' },
  { key: 'commercial-mode', about: 'fewer features for less memory' },
  { key: 'credential-concurrency', about: 'request limits by account' },
  { key: 'credential-in-flight', about: 'snapshots of running requests' },
  { key: 'auth-auto-refresh-workers', about: 'number of token refreshes at a time' },
  { key: 'video-result-auth-cache-ttl', about: 'which account made a video' },
  { key: 'disable-image-generation', about: 'switches image generation off' },
  { key: 'gpt-image-2-base-model', about: 'model behind image generation' },
  { key: 'disable-claude-cloak-mode', about: 'disguise as Claude Code' },
  { key: 'claude-code', about: 'disguise as Claude Code' },
  { key: 'claude-header-defaults', about: 'disguise as Claude Code' },
  { key: 'codex', about: 'Codex behaviour' },
  { key: 'codex-header-defaults', about: 'disguise as Codex' },
  { key: 'antigravity', about: 'Antigravity behaviour' },
  { key: 'antigravity-signature-cache-enabled', about: 'checks of thinking signatures' },
  { key: 'antigravity-signature-bypass-strict', about: 'checks of thinking signatures' },
  { key: 'xai', about: 'xAI behaviour' },
  { key: 'gemini-web', about: 'Gemini through its web page' },
  { key: 'allow-localhost-unauthenticated', about: 'older switch for local requests without a key' },
  { key: 'auth', about: 'older spelling of api-keys' },
  { key: 'claude-api-key.*.disable-cooling', about: 'switches cooldowns off' },
  { key: 'claude-api-key.*.request-retry', about: 'how often a failed request is tried again' },
  { key: 'claude-api-key.*.request-scoped-errors', about: 'own rules for upstream errors' },
  { key: 'claude-api-key.*.rebuild-mid-system-message', about: 'moves system messages' },
  { key: 'claude-api-key.*.cloak', about: 'disguise as Claude Code' },
  { key: 'claude-api-key.*.fingerprint-profile', about: 'disguise as Claude Code' },
  { key: 'claude-api-key.*.experimental-cch-signing', about: 'disguise as Claude Code' },
  { key: 'claude-api-key.*.models.*.display-name', about: 'name of a model in lists' },
  { key: 'claude-api-key.*.models.*.max-context-length', about: 'context size in lists' },
  { key: 'claude-api-key.*.models.*.force-mapping', about: 'model name in answers' },
  { key: 'claude-api-key.*.models.*.is-compat', about: 'thinking blocks without signatures' },
  { key: 'claude-api-key.*.models.*.thinking', about: 'thinking levels of a model' },
  { key: 'codex-api-key.*.disable-cooling', about: 'switches cooldowns off' },
  { key: 'codex-api-key.*.request-retry', about: 'how often a failed request is tried again' },
  { key: 'codex-api-key.*.request-scoped-errors', about: 'own rules for upstream errors' },
  { key: 'codex-api-key.*.websockets', about: 'WebSockets to the upstream' },
  { key: 'codex-api-key.*.models.*.display-name', about: 'name of a model in lists' },
  { key: 'codex-api-key.*.models.*.max-context-length', about: 'context size in lists' },
  { key: 'codex-api-key.*.models.*.force-mapping', about: 'model name in answers' },
  { key: 'codex-api-key.*.models.*.thinking', about: 'thinking levels of a model' },
  { key: 'gemini-api-key.*.disable-cooling', about: 'switches cooldowns off' },
  { key: 'gemini-api-key.*.request-retry', about: 'how often a failed request is tried again' },
  { key: 'gemini-api-key.*.request-scoped-errors', about: 'own rules for upstream errors' },
  { key: 'gemini-api-key.*.models.*.display-name', about: 'name of a model in lists' },
  { key: 'gemini-api-key.*.models.*.max-context-length', about: 'context size in lists' },
  { key: 'gemini-api-key.*.models.*.force-mapping', about: 'model name in answers' },
  { key: 'gemini-api-key.*.models.*.thinking', about: 'thinking levels of a model' },
  { key: 'vertex-api-key.*.disable-cooling', about: 'switches cooldowns off' },
  { key: 'vertex-api-key.*.request-retry', about: 'how often a failed request is tried again' },
  { key: 'vertex-api-key.*.request-scoped-errors', about: 'own rules for upstream errors' },
  { key: 'vertex-api-key.*.models.*.display-name', about: 'name of a model in lists' },
  { key: 'vertex-api-key.*.models.*.max-context-length', about: 'context size in lists' },
  { key: 'vertex-api-key.*.models.*.force-mapping', about: 'model name in answers' },
  { key: 'vertex-api-key.*.models.*.thinking', about: 'thinking levels of a model' },
  { key: 'openai-compatibility.*.disable-cooling', about: 'switches cooldowns off' },
  { key: 'openai-compatibility.*.request-retry', about: 'how often a failed request is tried again' },
  { key: 'openai-compatibility.*.request-scoped-errors', about: 'own rules for upstream errors' },
  { key: 'openai-compatibility.*.models.*.display-name', about: 'name of a model in lists' },
  { key: 'openai-compatibility.*.models.*.max-context-length', about: 'context size in lists' },
  { key: 'openai-compatibility.*.models.*.force-mapping', about: 'model name in answers' },
  { key: 'openai-compatibility.*.models.*.thinking', about: 'thinking levels of a model' },
  { key: 'openai-compatibility.*.models.*.image', about: 'models that make pictures' },
] as const satisfies readonly { key: string; about: string }[];

/** What of the system decides whether a setting does anything. */
export interface System {
  /** A window and notifications, or `fusebox serve`. */
  desktop: boolean;
  /** Whether an icon beside the clock is certain to be seen. */
  tray: boolean;
  platform: NodeJS.Platform;
  /** Why this installation cannot update itself, if it cannot. */
  updatesOff?: string | undefined;
}

const onlyOfTray = ['theme', 'close', 'launch-at-login', 'check-for-updates', 'notifications'].map((name) => ({
  key: `desktop.${name}`,
  why: 'Only the tray application has a window, a tray and notifications.',
}));

/** Settings that do nothing on this system, by key or by the key of their block, and why. */
export function withoutEffectOn({ desktop, tray, platform, updatesOff }: System): { key: string; why: string }[] {
  if (!desktop) return onlyOfTray;
  const knowsLogins = ['darwin', 'win32', 'linux'].includes(platform);
  return [
    ...(tray
      ? []
      : [{ key: 'desktop.close', why: 'This desktop shows no tray icon, so closing the window always asks.' }]),
    ...(knowsLogins
      ? []
      : [{ key: 'desktop.launch-at-login', why: 'On this system Fusebox cannot start itself at login.' }]),
    ...(updatesOff === undefined ? [] : [{ key: 'desktop.check-for-updates', why: updatesOff }]),
  ];
}

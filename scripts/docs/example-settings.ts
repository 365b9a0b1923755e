/** The example of docs/configuration.md; a test loads it. */
export const exampleSettings = `# Fusebox settings. Everything is optional; what is missing has the default of the tables below.
port: 8317

# Keys that clients must send. Without any, only programs on this machine are served.
api-keys:
  - "choose-a-long-random-key"

logging-to-file: true

ampcode:
  upstream-url: "https://ampcode.com"
  # What may spend Amp credits: models that no account serves (unknown), also models whose
  # accounts all cool down (exhausted), or nothing (never).
  fallback: unknown
  credit-guard: 100
  model-mappings:
    - from: "claude-opus-4.5"
      to: "claude-sonnet-4-5(high)"
    - from: "^gpt-5.*-mini$"
      to: "claude-haiku-4-5"
      regex: true

# Anthropic API keys, next to the accounts that are signed in.
claude-api-key:
  - api-key: "sk-ant-api03-your-key"
    prefix: work # models are also reachable as work/<model>
    priority: -1 # asked after the signed-in accounts
    excluded-models: ["claude-3-*"]

timeouts:
  connect: 15
  idle: 120
`;

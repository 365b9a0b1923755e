import type { AmpState, GatewayState } from '../../preload/contract.ts';

/** Every word of the window, in one place; another language is another file of this shape. */
export const text = {
  pages: { panel: 'Panel' },
  navigation: 'Pages',

  endpoint: {
    copy: 'Copy',
    copied: 'Copied',
    copyLabel: 'Copy the gateway address',
  },

  gateway: {
    switchLabel: 'Gateway',
    word: {
      running: 'Running',
      starting: 'Starting…',
      stopping: 'Stopping…',
      stopped: 'Stopped',
      failed: 'Not running',
    } satisfies Record<GatewayState['status'], string>,
    running: (inFlight: number) =>
      inFlight === 0 ? 'Ready for requests.' : `Serving ${inFlight} ${inFlight === 1 ? 'request' : 'requests'}.`,
    stopped: 'Tools that point here get no answer until you start it.',
    starting: 'Opening the port.',
    stopping: 'Finishing requests first.',
  },

  problem: {
    portTaken: (port: number, holder: string | undefined) => `Port ${port} is taken by ${holder ?? 'another program'}.`,
    portTakenFix: 'Fusebox never ends other programs. Use another port, or close that program and try again.',
    moveTo: (port: number) => `Use port ${port}`,
    retry: 'Try again',
    settings: 'The settings file cannot be used; the last good settings stay in force.',
  },

  amp: {
    heading: 'Amp',
    none: 'No Amp client has called yet. Set amp.url, or AMP_URL, to the address above.',
    classic: (at: string) => `Classic client, last seen ${at}: its model calls use your accounts.`,
    cloud: (at: string) =>
      `New client, last seen ${at}: it runs its models in Amp’s cloud. Its traffic passes through untouched and spends Amp credits.`,
    off: 'Amp’s own services are not proxied: no upstream address is set.',
    token: {
      settings: 'Amp token: from the settings',
      environment: 'Amp token: from AMP_API_KEY',
      'secrets-file': 'Amp token: from amp login',
      none: 'No Amp token: run amp login',
    } satisfies Record<AmpState['token'], string>,
    credits: (used: number, most: number) =>
      most === 0
        ? 'No model request may go to Amp credits'
        : `${used} of at most ${most} requests went to Amp credits today`,
  },

  circuits: {
    heading: 'Circuits',
    count: (total: number, able: number) =>
      total === 0 ? 'No accounts yet' : `${total} ${total === 1 ? 'account' : 'accounts'}, ${able} can serve`,
    import: 'Import accounts',
    emptyBody:
      'A circuit is an account that serves your tools. Import a folder of credential files, as CLIProxyAPI and Claude Code keep them: your Claude subscription then answers Amp and other tools.',
    emptyWarning:
      'Use an imported account in one program only. Its sign-in token is renewed by the program that uses it, and the old one stops working.',
    emptyEndpoint: 'Then point your tools at this address:',
    apiKey: 'API key',
    state: {
      ready: 'Ready',
      serving: (count: number) => `Serving ${count}`,
      paused: 'Paused',
      'needs-sign-in': 'Needs sign-in',
    },
    switchLabel: (label: string) => `Use ${label}`,
    menuLabel: (label: string) => `More for ${label}`,
    pause: 'Pause',
    resume: 'Use again',
    remove: 'Remove…',
    confirmRemove: (label: string) => `Remove ${label}? Its tokens are deleted from this computer.`,
    confirm: 'Remove',
    keep: 'Keep',
    lastServed: (at: string) => `Last served ${at}`,
  },

  meter: {
    left: (percent: string) => `${percent} left`,
    quota: 'Quota',
    group: (label: string) => `Quota of ${label}`,
    unknown: 'not reported',
    name: (window: string, left: string) => `${window}: ${left}`,
    resetsIn: 'resets in',
    resetsAt: (at: string) => `resets ${at}`,
    hasReset: (at: string) => `was reset ${at}`,
    noReset: 'no reset time reported',
    age: (duration: string) => `Reported ${duration} ago`,
    old: (duration: string) => `${duration} old`,
    elapsed: (percent: string) => `${percent} of the time has passed`,
  },

  recent: {
    heading: 'Last requests',
    empty: 'Requests show up here as they are served.',
    swapped: (asked: string, served: string) => `${asked} → ${served}`,
    noModel: 'No model',
    route: { local: 'served', amp: 'Amp, with credits', refused: 'refused' },
    status: (status: number) => `Status ${status}`,
    gone: 'Client went away',
    ok: 'OK',
    milliseconds: (ms: number) => (ms < 10_000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 1000)} s`),
  },

  vault: {
    keychain: 'Tokens are in the system keychain',
    file: 'Tokens are in an encrypted file',
    memory: 'Tokens are forgotten when Fusebox quits',
  },

  imported: {
    none: 'No account was imported.',
    some: (count: number) => `Imported ${count} ${count === 1 ? 'account' : 'accounts'}.`,
    updated: (label: string) => `${label} (updated)`,
    skipped: (file: string, reason: string) => `${file}: ${reason}`,
    dismiss: 'Dismiss',
  },

  notice: { dismiss: 'Dismiss' },

  announce: {
    gateway: (word: string) => `Gateway: ${word}`,
    account: (label: string, word: string) => `${label}: ${word}`,
  },
} as const;

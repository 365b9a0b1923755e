import type { AmpState, GatewayState, SignInView } from '../../preload/contract.ts';
import { activityText, paletteText } from './activity.ts';
import { browserText } from './browser.ts';
import { modelsText } from './models.ts';
import { settingsText } from './settings.ts';
import { toolsText } from './tools.ts';

/** Every word of the window, in one place; another language is another file of this shape. */
export const text = {
  pages: { panel: 'Panel', activity: 'Activity', models: 'Models', tools: 'Tools', settings: 'Settings' },
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
    journal: 'Requests are served, but their record is not what it should be.',
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
    emptyBody: 'A circuit is an account that serves your tools. Add one that you already pay for:',
    emptyImport:
      'Or import a folder of credential files, as CLIProxyAPI and Claude Code keep them. Use an imported account in one program only: its sign-in token is renewed by the program that uses it, and the old one stops working.',
    emptyEndpoint: 'Then point your tools at this address:',
    apiKey: 'API key',
    state: {
      ready: 'Ready',
      serving: (count: number) => `Serving ${count}`,
      cooling: 'Cooling',
      reserve: 'Reserve reached',
      paused: 'Paused',
      'needs-sign-in': 'Needs sign-in',
    },
    switchLabel: (label: string) => `Use ${label}`,
    probing: 'Probing',
    coolingUntil: (time: string, left: string, reason: string) => `back at ${time} (${left}), ${reason}`,
    probingUntil: (time: string, reason: string) =>
      `the next request tries it; back at ${time} at the latest, ${reason}`,
    why: {
      show: 'Why',
      showFor: (label: string) => `Why ${label} is held back`,
      whole: (reason: string) => `The whole account: ${reason}.`,
      model: (model: string, reason: string) => `${model}: ${reason}.`,
      times: (until: string, left: string, probe: string) => `Back at ${until}, in ${left}; ${probe}.`,
      probeAt: (time: string) => `one request tries it at ${time}`,
      probeNow: 'the next request tries it',
      said: (words: string) => `The provider said: “${words}”`,
    },
    coolingFor: (model: string, time: string, reason: string, more: number) =>
      `cooling for ${model} until ${time}, ${reason}${more === 0 ? '' : ` (and ${more} more)`}`,
    reserve: (used: string, window: string, stopAt: number, time: string) =>
      `${used} of ${window} used, stops at ${stopAt} %; back at ${time}`,
    reserveFor: (family: string, words: string) => `reserve reached for ${family}: ${words}`,
    resetCooldown: 'Reset cooldown',
    menuLabel: (label: string) => `More for ${label}`,
    pause: 'Pause',
    resume: 'Use again',
    edit: 'Name, priority, reserve, proxy…',
    test: 'Test',
    testNow: 'Test it with one tiny request',
    testing: 'Sending one tiny request…',
    tested: {
      served: (took: string, model: string) => `Answered in ${took} with ${model}`,
      gone: 'No answer within 30 seconds.',
      failed: (words: string) => `Did not answer: ${words}`,
      status: (status: number) => `status ${status}`,
      trail: 'Show the whole trail',
      dismiss: (label: string) => `Dismiss the test of ${label}`,
    },
    signInAgain: 'Sign in again',
    signInAgainTitle: 'Sign in again to use this account',
    idle: 'Signed in',
    signingIn: 'Signing in',
    notServed: 'not used for requests yet',
    priority: (priority: number) => `Priority ${priority}`,
    priorityTitle: 'Higher is asked first',
    remove: 'Remove',
    removed: (label: string) => `${label} is removed.`,
    undo: 'Undo',
    restored: (label: string) => `${label} is back`,
    lastServed: (at: string) => `Last served ${at}`,
  },

  add: {
    button: 'Add account',
    more: 'More',
    keys: 'API key or key file',
    import: 'Import credential files…',
    importButton: 'Import accounts',
    /** The three that most people have; `unlocks` in one sentence. */
    featured: {
      claude: {
        name: 'Add Claude account',
        unlocks: 'Pro, Max and Team plans answer Amp, Claude Code and everything that asks for Claude models.',
      },
      chatgpt: {
        name: 'Add ChatGPT account',
        unlocks: 'Plus, Pro and Business plans bring the GPT models, for Codex and Amp’s oracle.',
      },
      google: {
        name: 'Add Google account',
        unlocks: 'A Google account brings the Gemini models through Antigravity.',
      },
    },
    notServed: 'Kept signed in, but not used for requests yet.',
  },

  editor: {
    heading: (label: string) => `Settings of ${label}`,
    label: 'Name',
    priority: 'Priority',
    priorityHint: 'Higher is asked first; usually 0.',
    stopAt: 'Stop at',
    stopAtHint: 'Percent of its quota that may be used; 100 keeps nothing back. Empty: as in the settings.',
    prefix: 'Prefix',
    prefixHint: 'Models can then also be asked for as prefix/model.',
    proxy: 'Proxy',
    proxyHint: 'http, https or socks5 address; direct for none. Empty: as in the settings.',
    save: 'Save',
    cancel: 'Cancel',
    wrong: {
      label: 'Give it a name of at most 200 characters.',
      priority: 'A whole number from -1000 to 1000.',
      stopAt: 'A whole number from 1 to 100, or nothing.',
      prefix: 'Letters, digits, dot, dash and underscore; at most 60.',
      proxy: 'Write http://host:port, https://host:port, socks5://host:port or direct.',
    },
  },

  signIn: {
    add: (provider: string, method: SignInView['method']) =>
      method === 'api-key' || method === 'file' ? `Add ${provider} key` : `Add ${provider} account`,
    again: (label: string) => `Sign in again: ${label}`,
    cancel: 'Cancel',
    putAway: 'Dismiss',
    cancelling: 'Cancelling. Tokens are on their way, so this waits for what becomes of them.',
    cancelled: (provider: string) => `${provider}: sign-in cancelled`,
    countdown: (time: string) => `${time} left`,
    countdownTitle: 'The sign-in ends by itself after this time',
    standing: { done: 'Done: ', current: 'Now: ', ahead: 'Next: ' },
    steps: {
      starting: 'Preparing the sign-in',
      opened: 'Opened your browser',
      openYourself: 'Open the sign-in page in your browser',
      waitAhead: 'Wait for you to come back',
      waiting: (port: number) => `Waiting for you on port ${port}`,
      waitingInstead: (port: number) => `Waiting on port ${port} instead.`,
      pasteOnly: 'Paste the address you land on instead.',
      cameBack: 'You came back from the browser',
      askingForCode: 'Asking for a code',
      code: (page: string) => `Type this code at ${page}`,
      approve: 'Approve it there; Fusebox notices by itself',
      approved: 'You approved it',
      fill: {
        'api-key': 'Fill in your key',
        file: 'Choose your key file',
        browser: '',
        device: '',
      } satisfies Record<SignInView['method'], string>,
      finishAhead: 'Finish',
    },
    busy: {
      taken: (port: number, holder: string | undefined) => `Port ${port} is taken by ${holder ?? 'another program'}.`,
      excluded: (port: number) => `Port ${port} is set aside by Windows.`,
      denied: (port: number) => `Port ${port} may not be opened here.`,
    },
    doing: {
      finishing: 'Finishing',
      'exchanging-code': 'Getting the tokens',
      'waiting-for-approval': 'Waiting for you to approve',
      'fetching-profile': 'Finding out who signed in',
      'finding-project': 'Finding your project',
      'enabling-api': 'Checking that the API is on',
      onboarding: 'Waiting for the provider to set the account up',
      storing: 'Storing the account',
    } satisfies Record<NonNullable<SignInView['step']> | 'finishing', string>,
    openAgain: 'Open again',
    openPage: 'Open the page',
    copyLink: 'Copy link',
    copyManualLink: 'Copy link for another computer',
    paste: {
      label: 'Landed on a page that does not load? Paste its address, or the code it shows:',
      inBrowser:
        'The page after signing in does not load where this browser runs on another machine. Paste its address, or the code it shows:',
      needed: 'After you have agreed, paste the address you land on, or the code that the page shows:',
      placeholder: 'http://localhost:…/callback?code=…',
      use: 'Use it',
      empty: 'Paste the whole address from the browser’s address bar.',
    },
    codeLabel: 'Code',
    copyCode: 'Copy code',
    instead: 'Instead:',
    method: {
      browser: 'sign in with the browser',
      device: 'sign in with a code',
      'api-key': 'use an API key',
      file: 'use a key file',
    } satisfies Record<SignInView['method'], string>,
    tryMethod: {
      browser: 'Use the browser',
      device: 'Use a code',
      'api-key': 'Use an API key',
      file: 'Use a key file',
    } satisfies Record<SignInView['method'], string>,
    fields: {
      'api-key': { label: 'API key' },
      'base-url': { label: 'Address of the API', hint: 'Such as https://example.com/v1.' },
      prefix: { label: 'Prefix', hint: 'Models can then also be asked for as prefix/model.' },
      name: { label: 'Name of the service' },
      label: { label: 'Name', hint: 'How it is listed here.' },
      location: { label: 'Location', hint: 'Such as us-central1 or global.' },
    },
    optional: (label: string) => `${label} (optional)`,
    chooseFile: 'Choose file…',
    noFile: 'None chosen',
    addKey: 'Add',
    question: { project: 'Which project should be used?', label: 'What shall this account be called?' },
    answerLabel: { project: 'Project ID', label: 'Name' },
    answerMissing: { project: 'Write the ID of a project.', label: 'Write a name.' },
    otherProject: 'Another one',
    answer: 'Continue',
    retry: 'Try again',
    openHelp: (host: string) => `Open ${host}`,
    throughProvider: (label: string) => `Add through ${label} instead`,
    outcome: {
      added: (label: string) => `${label} is added`,
      updated: (label: string) => `${label} is signed in again`,
      other: (label: string) => `${label} signed in: another account than the one you meant`,
    },
    doneWith: (provider: string, serves: boolean) =>
      serves
        ? `Your tools can use this ${provider} account now.`
        : `This ${provider} account is kept signed in; requests cannot use it yet.`,
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

  folder: {
    originals: (count: number) =>
      count === 1
        ? 'A credential file still holds tokens in the clear'
        : `${count} credential files still hold tokens in the clear`,
    consequence:
      'Fusebox has its own sealed copy. Delete what no other program uses: two programs that renew the same token sign each other out.',
    delete: (count: number) => (count === 1 ? 'Delete the file' : 'Delete the files'),
    keep: (count: number) => (count === 1 ? 'Keep it' : 'Keep them'),
    broken: (count: number) =>
      count === 1 ? 'A credential file cannot be used' : `${count} credential files cannot be used`,
    brokenFile: (file: string, reason: string) => `${file}: ${reason}`,
  },

  notice: { dismiss: 'Dismiss' },

  activity: activityText,
  models: modelsText,

  tools: toolsText,
  settings: settingsText,
  palette: paletteText,
  browser: browserText,

  announce: {
    gateway: (word: string) => `Gateway: ${word}`,
    account: (label: string, word: string) => `${label}: ${word}`,
  },
} as const;

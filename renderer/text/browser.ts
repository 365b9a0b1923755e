/** Words of the window as a page of a browser. */
export const browserText = {
  signOut: 'Sign out',
  connection: {
    lost: 'Fusebox does not answer.',
    lostFix:
      'What is shown may be old. It is tried again by itself; if it has another port now, run fusebox dashboard for a new link.',
    signedOut: 'This browser is signed out.',
    signedOutFix: 'For a new link, run fusebox dashboard where Fusebox runs.',
  },
  refused: {
    cancelled: 'Nothing was chosen.',
    tooLarge: 'These files are too large to be credential files.',
    noKeyFile: (name: string) => `${name} is no key file.`,
    nothingToCopy: 'There is nothing to copy at the moment.',
    notCopied: 'The browser does not let this page copy. Select the text and copy it yourself.',
    notOpened: 'This sign-in has no page to open at the moment.',
  },
} as const;

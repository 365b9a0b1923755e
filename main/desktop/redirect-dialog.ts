import { CallRefused } from '../engine/calls/call-handlers.ts';
import type { Approve } from '../settings/change.ts';
import type { Redirect } from '../settings/redirects.ts';

/** What a native dialog shows; its answer is the place of the button that was pressed. */
export interface RedirectQuestion {
  type: 'warning';
  title: string;
  message: string;
  detail: string;
  buttons: string[];
  defaultId: number;
  cancelId: number;
  noLink: true;
}

export type AskNatively = (question: RedirectQuestion) => Promise<{ response: number }>;

/** In the order of the buttons; the safe one is what Enter and Escape mean. */
const [keep, change] = ['Keep as it is', 'Change address'];

/**
 * Has the owner confirm, in a dialog that no page can draw, press or cover, that secrets go to another address. One
 * question at a time: who asks meanwhile is refused, so that nobody is worn down by a pile of them.
 */
export function confirmRedirects(ask: AskNatively): Approve {
  let asking = false;
  return async (redirects) => {
    if (asking) throw new CallRefused('busy', 'Another change waits for your answer.', 'Answer its dialog first.');
    asking = true;
    try {
      const { response } = await ask(questionOf(redirects));
      if (response !== 1) throw new CallRefused('not_confirmed', 'Nothing was changed: you did not confirm it.');
    } finally {
      asking = false;
    }
  };
}

function questionOf(redirects: readonly Redirect[]): RedirectQuestion {
  const lines = redirects.map(({ setting, from, to }) => `${setting}\n${from ? `from ${from}\n` : ''}to ${to}`);
  const warning =
    'Tokens and requests will be sent there. Go on only if you have just asked for this in the Fusebox window.';
  return {
    type: 'warning',
    title: 'Fusebox',
    message: redirects.length === 1 ? 'Change this address?' : 'Change these addresses?',
    detail: `${lines.join('\n\n')}\n\n${warning}`,
    buttons: [keep, change],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  };
}

import { z } from 'zod';

/** What the tray application does; `fusebox serve` has neither window nor notifications. */
export const desktopEntry = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']).default('system').describe('Light or dark window, or as the system is.'),
  'hide-emails': z
    .boolean()
    .default(false)
    .describe('Show e-mail addresses in window, tray and notifications with most of their letters replaced.'),
  close: z
    .enum(['tray', 'quit'])
    .default('tray')
    .describe('What closing the window does: Fusebox goes on serving from the tray, or quits.'),
  'launch-at-login': z
    .boolean()
    .default(false)
    .describe('Start Fusebox in the tray, without its window, when you log in.'),
  'check-for-updates': z
    .boolean()
    .default(false)
    .describe(
      'Ask once a day whether there is a newer version. Off, only “Check for updates” asks; nothing is ever downloaded without you.',
    ),
  notifications: z
    .strictObject({
      'needs-sign-in': z.boolean().default(true).describe('Tell when an account needs a new sign-in.'),
      'last-account': z
        .boolean()
        .default(true)
        .describe('Tell when the last account that could serve a model has stopped to.'),
      'amp-credits': z.boolean().default(true).describe('Tell when the first request of a day goes to Amp.'),
      'low-quota': z.boolean().default(true).describe('Tell when less than 10 % of an account’s quota is left.'),
      'port-conflict': z.boolean().default(true).describe('Tell when another program has the port.'),
    })
    .prefault({})
    .describe('What Fusebox tells of by a notification of the desktop, each once.'),
});

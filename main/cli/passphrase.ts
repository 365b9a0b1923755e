import { processTerminal } from './login/terminal.ts';

/** The passphrase from FUSEBOX_PASSPHRASE, else typed covertly; undefined when the owner presses Ctrl-C. */
export async function askPassphrase(question: string): Promise<string | undefined> {
  const given = process.env.FUSEBOX_PASSPHRASE;
  if (given) return given;
  const terminal = processTerminal();
  terminal.say(question);
  terminal.covert(true);
  try {
    return await new Promise((resolve) => {
      terminal.onLine(resolve);
      terminal.onInterrupt(() => resolve(undefined));
    });
  } finally {
    terminal.close();
  }
}

import type { RunningApp } from './app.ts';

/** The owner's browser, as far as the application can tell. */
export interface BrowserStub {
  /** The address that was opened next, or has been since the last call. */
  opened(): Promise<string>;
}

/** From now on pages are not shown but noted: no test may start a real browser. */
export async function stubBrowser({ app }: RunningApp): Promise<BrowserStub> {
  await app.evaluate(({ shell }) => {
    const opened: string[] = [];
    const waiting: ((url: string) => void)[] = [];
    shell.openExternal = async (url) => {
      const next = waiting.shift();
      if (next) next(url);
      else opened.push(url);
    };
    const next = () => {
      const [known] = opened.splice(0, 1);
      return known ?? new Promise<string>((resolve) => waiting.push(resolve));
    };
    Object.assign(globalThis, { nextOpened: next });
  });
  return { opened: () => app.evaluate(() => Reflect.get(globalThis, 'nextOpened')() as Promise<string>) };
}

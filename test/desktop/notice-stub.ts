import type { RunningApp } from './app.ts';

/** The desktop's notifications, as far as the application can tell. */
export interface NoticeStub {
  titles(): Promise<string[]>;
  /** Clicks the first one. */
  click(): Promise<void>;
}

/** From now on notifications are noted and not shown: a test's session has nobody to show them. */
export async function stubNotices({ app }: RunningApp): Promise<NoticeStub> {
  await app.evaluate(({ Notification }) => {
    const shown: InstanceType<typeof Notification>[] = [];
    Object.assign(globalThis, { shownNotices: shown });
    Notification.isSupported = () => true;
    Notification.prototype.show = function show() {
      shown.push(this);
    };
  });
  return {
    titles: () =>
      app.evaluate(() => Reflect.get(globalThis, 'shownNotices').map(({ title }: { title: string }) => title)),
    click: () => app.evaluate(() => void Reflect.get(globalThis, 'shownNotices')[0].emit('click')),
  };
}

import { useEffect, useState } from 'react';

/** The time, milliseconds since the Unix epoch, renewed every `everyMs` milliseconds; no timer runs while the window is out of view. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    let timer: ReturnType<typeof setInterval> | undefined;
    const renew = () => setNow(Date.now());
    const run = () => {
      clearInterval(timer);
      if (document.visibilityState === 'visible') timer = setInterval(renew, everyMs);
    };
    const follow = () => {
      if (document.visibilityState === 'visible') renew();
      run();
    };
    run();
    document.addEventListener('visibilitychange', follow);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', follow);
    };
  }, [everyMs]);
  return now;
}

const hourMs = 3_600_000;

/** Hours since the Unix epoch. */
export function hourOf(time: number): number {
  return Math.floor(time / hourMs);
}

export function startOfHour(hour: number): number {
  return hour * hourMs;
}

/** The day in this machine's time zone, as a number whose digits read 20261122. */
export function localDayOf(time: number): number {
  const date = new Date(time);
  return date.getFullYear() * 10_000 + (date.getMonth() + 1) * 100 + date.getDate();
}

/** Local midnight, in milliseconds since the Unix epoch. */
export function startOfDay(day: number): number {
  return new Date(Math.floor(day / 10_000), (Math.floor(day / 100) % 100) - 1, day % 100).getTime();
}

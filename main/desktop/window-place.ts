/** A place on the desktop, in device-independent pixels. */
export interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const smallestWindow = { width: 720, height: 480 };
const usualWindow = { width: 960, height: 640 };

/** Enough of the window to see it and take hold of it. */
const gripWidth = 120;
const gripHeight = 40;

/** Where the window opens: its last place while a display still shows it, else the usual size in the middle. */
export function openingPlace(
  last: Place | undefined,
  displays: readonly Place[],
): Partial<Place> & { width: number; height: number } {
  if (!last) return usualWindow;
  const size = {
    width: Math.max(last.width, smallestWindow.width),
    height: Math.max(last.height, smallestWindow.height),
  };
  return displays.some((display) => isGraspable(last, display)) ? { x: last.x, y: last.y, ...size } : size;
}

function isGraspable(window: Place, display: Place): boolean {
  const right = Math.min(window.x + window.width, display.x + display.width);
  const seenWidth = right - Math.max(window.x, display.x);
  const titleIsSeen = window.y >= display.y && window.y + gripHeight <= display.y + display.height;
  return seenWidth >= gripWidth && titleIsSeen;
}

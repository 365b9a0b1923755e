import { expect, test } from 'vitest';
import { openingPlace } from '../../main/desktop/window-place.ts';

const screen = { x: 0, y: 0, width: 1920, height: 1080 };
const last = { x: 100, y: 80, width: 1000, height: 700 };

test('the first window has the usual size and no place of its own', () => {
  expect(openingPlace(undefined, [screen])).toEqual({ width: 960, height: 640 });
});

test('it opens where it was', () => {
  expect(openingPlace(last, [screen])).toEqual(last);
  expect(openingPlace({ ...last, x: 2000 }, [screen, { ...screen, x: 1920 }])).toEqual({ ...last, x: 2000 });
});

test.each([
  ['on a display that is gone', { ...last, x: 2000 }],
  ['with its title bar above the screen', { ...last, y: -50 }],
  ['with only a sliver in view', { ...last, x: -950 }],
  ['below the screen', { ...last, y: 1060 }],
])('a place %s is given up, the size is kept', (_, place) => {
  expect(openingPlace(place, [screen])).toEqual({ width: 1000, height: 700 });
});

test('it is never smaller than what its pages need', () => {
  expect(openingPlace({ ...last, width: 10, height: 10 }, [screen])).toMatchObject({ width: 720, height: 480 });
});

import { expect, it } from 'vitest';
import { createLogTail } from '../../main/journal/log-tail.ts';

function tail(capacity: number) {
  const time = { now: 0 };
  return { time, tail: createLogTail(capacity, () => time.now) };
}

it('the latest lines are kept in order, and no more of them than there is room for', () => {
  const { tail: subject, time } = tail(3);
  for (let count = 1; count <= 5; count++) {
    time.now = count;
    subject.write(`line ${count}\n`);
  }
  expect(subject.lines(10)).toEqual([3, 4, 5].map((at) => ({ at, text: `line ${at}` })));
  expect(subject.lines(2).map(({ text }) => text)).toEqual(['line 4', 'line 5']);
  expect(subject.lines(10, 4).map(({ text }) => text)).toEqual(['line 5']);
});

it('listeners hear each line until they leave, and long lines are cut', () => {
  const { tail: subject } = tail(1);
  const heard: number[] = [];
  const leave = subject.onLine(({ text }) => void heard.push(text.length));
  subject.write('x'.repeat(100_000));
  leave();
  subject.write('unheard');
  expect(heard).toEqual([16_384]);
  expect(subject.lines(5).map(({ text }) => text)).toEqual(['unheard']);
});

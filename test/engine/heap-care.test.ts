import { setImmediate } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { type Heap, ownHeap } from '../../main/engine/heap.ts';
import { careForHeap, type HeapCare } from '../../main/engine/heap-care.ts';
import { FakeClock } from '../fakes/clock.ts';
import { startEngine } from './harness.ts';

const megabyte = 1024 * 1024;

let clock: FakeClock;
let heap: Heap & { used: number; garbage: number; collections: number; youngCollections: number };
let isBusy: boolean;
let requests: number;
let care: HeapCare;

beforeEach(() => {
  clock = new FakeClock();
  isBusy = false;
  requests = 0;
  heap = {
    used: 20 * megabyte,
    garbage: 0,
    collections: 0,
    youngCollections: 0,
    oldBytes: () => heap.used + heap.garbage,
    collect() {
      heap.collections += 1;
      heap.garbage = 0;
    },
    collectYoung() {
      heap.youngCollections += 1;
    },
  };
  care = careForHeap(clock, heap, { isBusy: () => isBusy, count: () => requests });
  serve(0);
  clock.advance(5);
});

/** Requests come, leave this much behind in all, and end. */
function serve(megabytes: number, count = 1): void {
  isBusy = true;
  requests += count;
  care.turn();
  heap.garbage += megabytes * megabyte;
  isBusy = false;
  care.turn();
}

test('what the start has left behind is collected after the first request', () => {
  expect(heap.collections).toBe(1);
});

test('what many requests have left behind is collected when nobody waits', () => {
  serve(10);
  expect(heap.collections).toBe(1);
  clock.advance(5);
  expect(heap.collections).toBe(2);
});

test('a gap in steady traffic is no rest', () => {
  for (let count = 0; count < 10; count += 1) {
    serve(10);
    clock.advance(4);
  }
  expect(heap.collections).toBe(1);
  clock.advance(1);
  expect(heap.collections).toBe(2);
});

test('a collection that short requests would pay for waits until nobody is at work', () => {
  serve(10, 20_000);
  clock.advance(29_999);
  serve(10, 20_000);
  clock.advance(29_999);
  expect(heap.collections).toBe(1);
  clock.advance(1);
  expect(heap.collections).toBe(2);
  clock.advance(100_000);
  expect(heap.collections).toBe(2);
});

test('streams among short requests count for what all have left', () => {
  serve(7, 1_000);
  clock.advance(100);
  expect(heap.collections).toBe(1);
  serve(3, 200);
  clock.advance(5);
  expect(heap.collections).toBe(2);
});

test('little is left to gather, however often there is a rest', () => {
  for (let count = 0; count < 7; count += 1) {
    serve(1);
    clock.advance(100);
  }
  expect(heap.collections).toBe(4);
});

test('what has come into use is no garbage, and what V8 has collected by itself is none either', () => {
  heap.used += 1.5 * megabyte;
  serve(1);
  clock.advance(5);
  expect(heap.collections).toBe(2);
  serve(1.5);
  clock.advance(5);
  heap.garbage = 0;
  serve(1.5);
  clock.advance(5);
  expect(heap.collections).toBe(2);
});

test('buffers that large bodies leave are collected for every 3 MB, in the midst of work', () => {
  isBusy = true;
  care.turn();
  care.buffersLeft(2 * megabyte);
  expect(heap.youngCollections).toBe(0);
  care.buffersLeft(megabyte);
  expect(heap.youngCollections).toBe(1);
  care.buffersLeft(2.9 * megabyte);
  expect(heap.youngCollections).toBe(1);
  care.buffersLeft(20 * megabyte);
  expect(heap.youngCollections).toBe(2);
});

test('nothing comes after the end', () => {
  serve(10);
  care.close();
  clock.advance(100_000);
  expect(heap.collections).toBe(1);
  care = careForHeap(clock, heap, { isBusy: () => isBusy, count: () => requests });
  heap.used = 0;
  serve(10, 20_000);
  clock.advance(5);
  care.close();
  clock.advance(100_000);
  expect(heap.collections).toBe(1);
});

test('an engine has its heap collected when the request that it served has ended', async () => {
  const collected = new Promise<number>((resolve) => {
    heap.collect = () => resolve(running.engine.state().gateway.inFlight);
  });
  const running = await startEngine({ heap });
  const answer = await running.messages();
  expect(answer.status).toBe(200);
  await answer.text();
  expect(await collected).toBe(0);
});

test('an engine has the pieces of a large body collected while the request is served', async () => {
  const inFlight: number[] = [];
  heap.collectYoung = () => inFlight.push(running.engine.state().gateway.inFlight);
  const running = await startEngine({ heap });
  for (let count = 0; count < 3; count += 1) {
    const content = 'x'.repeat(2 * megabyte);
    const answer = await running.messages({ messages: [{ role: 'user', content }] });
    expect(answer.status).toBe(200);
    await answer.text();
  }
  expect(inFlight).toEqual([1]);
});

test('what was made last can be collected by itself, with the memory of its buffers', async () => {
  const own = ownHeap();
  const leave = () => Array.from({ length: 16 }, () => Buffer.alloc(megabyte)).length;
  // What others have left goes first: V8 would collect ours too at 32 MB together.
  own.collectYoung();
  await setImmediate();
  expect(leave()).toBe(16);
  const left = process.memoryUsage().arrayBuffers;
  // A thread of the collector frees them; V8 counts them off at the next collection or new buffer.
  await expect
    .poll(() => {
      own.collectYoung();
      return left - process.memoryUsage().arrayBuffers;
    })
    .toBeGreaterThan(12 * megabyte);
});

test('the heap of this thread can be collected', () => {
  const own = ownHeap();
  let kept: object[] | undefined = Array.from({ length: 200_000 }, (_, at) => ({ at, text: `text ${at}` }));
  own.collect();
  const before = own.oldBytes();
  expect(kept.length).toBe(200_000);
  kept = undefined;
  own.collect();
  expect(before - own.oldBytes()).toBeGreaterThan(10 * megabyte);
});

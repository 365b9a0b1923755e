/// <reference path="./wat.d.ts" />
import { automaton } from './automaton.ts';
import program from './skip.wat';

/** The window of skip.wat: where it is in the memory, and its size, both in bytes and multiples of a block. */
const windowAt = 4096;
const largestWindow = 32 * 1024;
/** A short value is not to cost the copying of a long one. */
const firstWindow = 512;

/** A string that goes on without a quote for as long as this, in bytes, is left to the native search. */
const longText = 1024;

const space = 0x20;
const quote = 0x22;
const backslash = 0x5c;

/** The part of WebAssembly's JavaScript interface that is used: the types of Node 20 leave it out. */
interface WebAssemblyApi {
  /** Throws a CompileError for bytes that are no program, or one that this machine cannot run. */
  Module: new (
    bytes: Uint8Array,
  ) => object;
  /** Throws a RangeError when there is no room for its memory. */
  Instance: new (
    module: object,
  ) => { readonly exports: unknown };
}

/** What skip.wat exports. */
interface SkipProgram extends Omit<Skipper, 'memory'> {
  memory: { readonly buffer: ArrayBuffer };
}

interface Skipper {
  /** All of its memory: the tables, the window, the open containers. */
  memory: Uint8Array;
  begin(): void;
  land(): void;
  walk(from: number, to: number): number;
}

/** Made when a first long text comes; null where the processor lacks what it needs. */
let skipper: Skipper | null | undefined;

/**
 * Offset past the container or string that starts at `at`, found at some ten gigabytes a second. Undefined when it is
 * malformed, nested in more than 65,536 others, or when this machine cannot run skip.wat: what walks byte by byte knows
 * the answer to each. Throws nothing.
 */
export function skipLong(json: Buffer, at: number): number | undefined {
  if (skipper === undefined) skipper = load(program);
  return skipper ? walkWindows(skipper, json, at) : undefined;
}

function walkWindows(skipper: Skipper, json: Buffer, at: number): number | undefined {
  const { memory } = skipper;
  skipper.begin();
  let size = firstWindow;
  for (let from = at; from < json.length; ) {
    const to = Math.min(from + size, json.length);
    memory.set(json.subarray(from, to), windowAt);
    const filled = windowAt + to - from;
    // A last block is filled up with what means nothing.
    if (to === json.length) memory.fill(space, filled, filled + 64);
    const answer = skipper.walk(windowAt, filled);
    if (answer > 1) return from + answer - windowAt;
    if (answer < 0) return undefined;
    from = answer === 1 ? landing(skipper, json, to) : to;
    size = Math.min(size * 2, largestWindow);
  }
  return undefined;
}

/** Where to go on within a string that is open at `from`: at its next quote, or the backslashes before it, if far off. */
function landing(skipper: Skipper, json: Buffer, from: number): number {
  const next = json.indexOf(quote, from);
  let place = next < 0 ? json.length : next;
  while (place > from && json[place - 1] === backslash) place -= 1;
  if (place - from < longText) return from;
  skipper.land();
  return place;
}

/** Compiles skip.wat and lays out its memory: null without SIMD or without room for WebAssembly. */
function load(bytes: Uint8Array): Skipper | null {
  try {
    const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
    const { memory, begin, land, walk } = new Instance(new Module(bytes)).exports as SkipProgram;
    const view = new Uint8Array(memory.buffer);
    view.set(automaton());
    return { memory: view, begin, land, walk };
  } catch {
    return null;
  }
}

/**
 * What may follow what in JSON (RFC 8259), as the table that skip.wat walks by. White space and the bytes within strings
 * never get there, but for the quotes and the first of each run of white space.
 */

/** Classes of bytes: those of a class are never told apart. All others belong to a class that fits nowhere. */
const classes = [
  ' \t\n\r',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '-',
  '+',
  '0',
  '123456789',
  '.',
  'e',
  'E',
  ...'trufalsn',
];
const anythingElse = classes.length;

/** skip.wat counts on the numbers of the first two: they follow the commas of arrays and objects. */
const states = [
  'value',
  'key',
  'first value',
  'first key',
  'in key',
  'colon',
  'in string',
  'after',
  ...['minus', 'zero', 'digits', 'point', 'fraction', 'exponent', 'exponent sign', 'exponent digits'],
  ...['t', 'tr', 'tru', 'f', 'fa', 'fal', 'fals', 'n', 'nu', 'nul'],
] as const;
type State = (typeof states)[number];

/** Width of a row of the table, and number of its rows. */
const width = 32;

/** What a step does, in the order that skip.wat jumps by. A step without any only changes the state. */
const actions = ['none', 'open', 'close', 'end', 'comma', 'fail'] as const;
type Action = (typeof actions)[number];

/** Bytes of skip.wat's memory from 0 on: the class of each byte, then the table. */
export function automaton(): Uint8Array {
  const memory = new Uint8Array(256 + width * width);
  memory.fill(anythingElse, 0, 256);
  for (const [number, bytes] of classes.entries()) for (const byte of bytes) memory[byte.charCodeAt(0)] = number;
  memory.fill(entryOf('value', 'fail'), 256);
  for (const [from, bytes, to, action] of steps())
    for (const byte of bytes) {
      const number = memory[byte.charCodeAt(0)] ?? anythingElse;
      memory[256 + states.indexOf(from) * width + number] = entryOf(to, action);
    }
  return memory;
}

function entryOf(to: State, action: Action): number {
  return states.indexOf(to) | (actions.indexOf(action) << 5);
}

type Step = [from: State, bytes: string, to: State, action: Action];

function* steps(): Iterable<Step> {
  for (const state of ['value', 'key', 'first value', 'first key', 'colon', 'after'] as const)
    yield [state, ' ', state, 'none'];
  for (const state of ['value', 'first value'] as const) {
    yield [state, '{', 'first key', 'open'];
    yield [state, '[', 'first value', 'open'];
    yield [state, '"', 'in string', 'none'];
    yield [state, '-', 'minus', 'none'];
    yield [state, '0', 'zero', 'none'];
    yield [state, '1', 'digits', 'none'];
    for (const letter of ['t', 'f', 'n'] as const) yield [state, letter, letter, 'none'];
  }
  yield ['in string', '"', 'after', 'end'];
  for (const state of ['key', 'first key'] as const) yield [state, '"', 'in key', 'none'];
  yield ['in key', '"', 'colon', 'none'];
  yield ['colon', ':', 'value', 'none'];
  yield ['first value', ']', 'after', 'close'];
  yield ['first key', '}', 'after', 'close'];
  // A number ends with what follows it.
  for (const state of ['after', 'zero', 'digits', 'fraction', 'exponent digits'] as const) {
    yield [state, ' ', 'after', 'none'];
    yield [state, ',', 'value', 'comma'];
    yield [state, '}]', 'after', 'close'];
  }
  yield* numberSteps();
  yield* literalSteps();
}

function* numberSteps(): Iterable<Step> {
  yield ['minus', '0', 'zero', 'none'];
  yield ['minus', '1', 'digits', 'none'];
  yield ['digits', '01', 'digits', 'none'];
  for (const state of ['zero', 'digits'] as const) yield [state, '.', 'point', 'none'];
  for (const state of ['point', 'fraction'] as const) yield [state, '01', 'fraction', 'none'];
  for (const state of ['zero', 'digits', 'fraction'] as const) yield [state, 'eE', 'exponent', 'none'];
  yield ['exponent', '+-', 'exponent sign', 'none'];
  for (const state of ['exponent', 'exponent sign', 'exponent digits'] as const)
    yield [state, '01', 'exponent digits', 'none'];
}

function* literalSteps(): Iterable<Step> {
  for (const [letters, last] of [
    [['t', 'tr', 'tru'], 'e'],
    [['f', 'fa', 'fal', 'fals'], 'e'],
    [['n', 'nu', 'nul'], 'l'],
  ] as const) {
    for (const [index, state] of letters.entries()) {
      const next = letters[index + 1];
      yield next ? [state, next.slice(-1), next, 'none'] : [state, last, 'after', 'none'];
    }
  }
}

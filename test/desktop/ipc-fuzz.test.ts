import fc from 'fast-check';
import { expect, test } from 'vitest';
import { serveCalls } from '../../main/desktop/ipc.ts';
import { answerCall } from '../../main/engine/calls/answer-call.ts';
import type { CallHandlers } from '../../main/engine/calls/call-handlers.ts';
import { type CallName, callSchemas } from '../../preload/contract.ts';

const names = Object.keys(callSchemas) as CallName[];

/** Handlers that note what got through to them. */
function notingServer() {
  const reached: [name: CallName, argument: unknown][] = [];
  const errors: unknown[] = [];
  const note = (name: CallName) => (argument: unknown) => {
    reached.push([name, argument]);
    return null;
  };
  const handlers = Object.fromEntries(names.map((name) => [name, note(name)])) as unknown as CallHandlers;
  return { parts: { handlers, onError: (_name: CallName, error: unknown) => errors.push(error) }, reached, errors };
}

/** Whatever a structured clone can carry, and what it cannot. */
const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: true,
  withNullPrototype: true,
  withBoxedValues: true,
  withObjectString: true,
});

/** Objects with the very keys that a call takes, and wrong values. */
const lookAlike = fc.dictionary(
  fc.constantFrom('id', 'port', 'paused', 'fields', 'text', 'value', 'change', 'limit', 'format', '__proto__', 'then'),
  anything,
);

test('whatever a call is given, it is carried out only if its schema accepts it, and always answered', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), fc.oneof(anything, lookAlike), async (name, argument) => {
      const { parts, reached, errors } = notingServer();
      const answer = await answerCall(parts, name, argument);
      const fits = callSchemas[name].safeParse(argument).success;
      expect(answer.ok).toBe(fits);
      expect(reached.map(([called]) => called)).toEqual(fits ? [name] : []);
      expect(errors).toEqual([]);
    }),
    { numRuns: 3000 },
  );
});

test('whatever is called, only names of the contract are carried out', async () => {
  const nearly = fc.constantFrom('__proto__', 'constructor', 'state.get ', 'STATE.GET', 'toString', 'hasOwnProperty');
  await fc.assert(
    fc.asyncProperty(fc.oneof(anything, nearly), anything, async (name, argument) => {
      fc.pre(!names.some((known) => known === name));
      const { parts, reached } = notingServer();
      expect(await answerCall(parts, name, argument)).toMatchObject({ ok: false, error: { code: 'unknown_call' } });
      expect(reached).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

function nested(depth: number): unknown {
  let value: unknown = 'x';
  for (let i = 0; i < depth; i += 1) value = { id: value, fields: { value } };
  return value;
}

const huge = {
  'a long text': 'x'.repeat(20_000_000),
  'a long id': { id: 'x'.repeat(20_000_000) },
  'a long list': Array.from({ length: 1_000_000 }, () => 0),
  'many keys': Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`k${i}`, i])),
  'a deep object': nested(20_000),
};

test.each(Object.entries(huge))(
  '%s is refused by every call, fast, and its answer is small',
  async (_name, argument) => {
    const { parts, reached, errors } = notingServer();
    for (const name of names) {
      const started = performance.now();
      const answer = await answerCall(parts, name, argument);
      expect(answer).toMatchObject({ ok: false, error: { code: 'invalid_argument' } });
      expect(JSON.stringify(answer).length).toBeLessThan(300);
      expect(performance.now() - started).toBeLessThan(2000);
    }
    expect([reached, errors]).toEqual([[], []]);
  },
);

test('a stranger gets the same refusal whatever it calls, and nothing is looked at', async () => {
  const { parts, reached } = notingServer();
  let listener: ((event: unknown, name: unknown, argument: unknown) => unknown) | undefined;
  const ipcMain = { handle: (_channel: string, handler: typeof listener) => (listener = handler) };
  serveCalls(ipcMain as never, { ...parts, isOurs: () => false });
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.constantFrom(...names), anything), anything, async (name, argument) => {
      expect(await listener?.({}, name, argument)).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    }),
  );
  expect(reached).toEqual([]);
});

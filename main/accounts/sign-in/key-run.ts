import type { StoredAccount } from '../account.ts';
import { type KeyFlow, SignInError } from './flow.ts';
import type { FlowRun } from './flow-run.ts';
import { problemOf } from './problem.ts';

/** The owner has this long to find and fill in a key, in milliseconds; nothing is held open meanwhile. */
const inputLimitMs = 30 * 60_000;
/** Longest value, in characters; key files are a few thousand. */
const longestValue = 64 * 1024;

/** Lets the owner fill in fields, again while they cannot be used, and makes an account of them. */
export async function runKey(flow: KeyFlow, run: FlowRun): Promise<StoredAccount> {
  for (let problem: unknown; ; ) {
    const input = await run.within(inputLimitMs, filledIn(flow, run, problem));
    for (const { name, kind } of flow.fields) if (kind !== 'text') run.secret(input[name]);
    try {
      return await flow.finish(input, run.context);
    } catch (error) {
      if (!(error instanceof SignInError && error.code === 'bad_input')) throw error;
      problem = error;
    }
  }
}

function filledIn(flow: KeyFlow, run: FlowRun, problem: unknown): Promise<Readonly<Record<string, string>>> {
  return new Promise((resolve) => {
    run.takeFields = (input) => {
      const checked = check(flow, input);
      run.takeFields = undefined;
      run.change({ phase: 'finishing' });
      resolve(checked);
    };
    const expiresAt = run.context.now() + inputLimitMs;
    const what = problem === undefined ? {} : { problem: problemOf(problem) };
    run.change({ phase: 'input', expiresAt, fields: [...flow.fields], ...what });
  });
}

/** The fields that were filled in, trimmed. Throws SignInError that names the first one that is wrong. */
function check(flow: KeyFlow, input: Readonly<Record<string, string>>): Record<string, string> {
  const known = new Set(flow.fields.map(({ name }) => name));
  const stranger = Object.keys(input).find((name) => !known.has(name));
  if (stranger !== undefined) throw new SignInError('bad_input', `there is no field ${stranger.slice(0, 40)}`);
  const values = flow.fields.map(({ name, required }) => {
    const value = (input[name] ?? '').trim();
    if (required && value === '') throw new SignInError('bad_input', `${name} is missing`);
    if (value.length > longestValue) throw new SignInError('bad_input', `${name} is too long`);
    return [name, value] as const;
  });
  return Object.fromEntries(values.filter(([, value]) => value !== ''));
}

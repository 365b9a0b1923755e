import { type CallArgument, type CallName, type CallResult, callSchemas } from '../../../preload/contract.ts';
import { SignInError } from '../../accounts/sign-in/flow.ts';
import { problemOf } from '../../accounts/sign-in/problem.ts';
import { VaultError } from '../../accounts/vault.ts';
import { GatewayError } from '../../gateway/errors.ts';
import { SettingsError } from '../../settings/problem.ts';
import { ToolError } from '../../tools/problem.ts';
import { type CallHandlers, CallRefused } from './call-handlers.ts';

export interface AnsweringParts {
  /** Calls without a handler do not exist here. */
  handlers: Partial<CallHandlers>;
  /** Told of failures that are not refusals. */
  onError(name: CallName, error: unknown): void;
}

/** Checks name and argument before the call is carried out. */
export async function answerCall(
  parts: AnsweringParts,
  name: unknown,
  argument: unknown,
): Promise<CallResult<CallName>> {
  if (!isCallName(name)) return refusal('unknown_call', 'There is no such call.');
  const checked = callSchemas[name].safeParse(argument);
  if (!checked.success) return refusal('invalid_argument', `${name} was called with an argument that cannot be used.`);
  // Just checked by the schema of this very name, which the type system cannot follow through a union.
  return carryOut(parts, name, checked.data as CallArgument<CallName>);
}

/** Carries a call out and answers with a result, never with an exception. */
export async function carryOut<N extends CallName>(
  { handlers, onError }: AnsweringParts,
  name: N,
  argument: CallArgument<N>,
): Promise<CallResult<N>> {
  try {
    const handle: CallHandlers[N] | undefined = handlers[name];
    if (!handle) throw new CallRefused('unknown_call', 'There is no such call.');
    return { ok: true, value: await handle(argument) };
  } catch (error) {
    const words = wordsOf(error);
    if (words) return words;
    onError(name, error);
    return refusal('internal_error', 'That did not work.', 'See the log; please report it.');
  }
}

function isCallName(name: unknown): name is CallName {
  return typeof name === 'string' && Object.hasOwn(callSchemas, name);
}

/** What a failure says to the owner; undefined for failures whose words were never meant for people. */
function wordsOf(error: unknown): ReturnType<typeof refusal> | undefined {
  if (error instanceof CallRefused || error instanceof GatewayError || error instanceof ToolError)
    return refusal(error.code, error.message, error.fix);
  if (error instanceof SignInError) {
    const { code, message, fix } = problemOf(error);
    return refusal(code, `${message}.`, fix);
  }
  if (error instanceof SettingsError) return refusal('settings', error.message);
  if (error instanceof VaultError) return refusal('vault', error.message);
  return undefined;
}

/** What a refused call answers. */
export function refusal(
  code: string,
  message: string,
  fix?: string,
): { ok: false; error: { code: string; message: string; fix?: string } } {
  return { ok: false, error: { code, message, ...(fix ? { fix } : {}) } };
}

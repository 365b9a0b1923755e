import type { Turn } from '../conversation.ts';
import { FieldError } from '../features.ts';
import type { FieldReader } from '../field-reader.ts';

/** Whether a client's path is that of the completions before chat, which have a prompt and answer in plain text. */
export function isLegacyPath(path: string): boolean {
  return path.endsWith('/completions') && !path.endsWith('/chat/completions');
}

/** The prompt as a user's message. Throws FieldError for what a chat cannot do: several prompts, tokens, filling gaps. */
export function parsePrompt(body: FieldReader): Turn[] {
  if (body.raw('suffix')) throw new FieldError('suffix', 'suffix is not supported: chat models continue text only');
  if (body.boolean('echo')) throw new FieldError('echo', 'echo is not supported: chat models do not repeat a prompt');
  return [{ role: 'user', parts: [{ kind: 'text', text: promptIn(body) }] }];
}

function promptIn(body: FieldReader): string {
  const raw = body.required('prompt', body.raw('prompt'));
  if (typeof raw === 'string') return raw;
  if (Array.isArray(raw) && raw.length > 1 && raw.some((one) => typeof one === 'string'))
    throw new FieldError('prompt', 'prompt must be one text: send a request for each prompt');
  const only = Array.isArray(raw) && raw.length === 1 ? raw[0] : undefined;
  if (typeof only === 'string') return only;
  throw body.wrong('prompt', 'a text');
}

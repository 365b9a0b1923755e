import { type Dialect, dropped, emulated, refused } from '../../protocols/features.ts';
import { responsesDialect } from '../../protocols/openai-responses/dialect.ts';

/** The Responses API as the Codex backend speaks it: it stores nothing and takes no sampling parameters. */
export const codexDialect: Dialect = {
  ...responsesDialect,
  id: 'codex',
  label: 'ChatGPT (Codex)',
  treatments: {
    ...responsesDialect.treatments,
    'max-output': emulated('the answer is cut here, by estimate'),
    temperature: dropped,
    'top-p': dropped,
    'json-output': emulated('an open JSON schema'),
    logprobs: refused,
    user: dropped,
    metadata: dropped,
  },
};

import { type Dialect, dropped, emulated, refused } from '../../protocols/features.ts';
import { responsesDialect } from '../../protocols/openai-responses/dialect.ts';

/** The Responses API as xAI speaks it. It signs reasoning in a way of its own that nobody else's history has. */
const { signatures: _gpt, ...withoutSignatures } = responsesDialect;

export const xaiDialect: Dialect = {
  ...withoutSignatures,
  id: 'xai',
  label: 'Grok',
  treatments: {
    ...responsesDialect.treatments,
    'thinking-history': dropped,
    'custom-tool': emulated('a function with one text argument'),
    'document-data': refused,
    'document-url': refused,
    audio: refused,
    verbosity: dropped,
    metadata: dropped,
  },
};

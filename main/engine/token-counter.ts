import type { CountTokens } from '../gateway/inference/translation/estimate-count.ts';

/** Longer text is counted by its length: the vocabulary takes a second for a few megabytes. */
const mostCharacters = 2_000_000;
const charactersPerToken = 4;

/** What only looks like a mark of the vocabulary, such as `<|endoftext|>`, is text like any other; the library would throw. */
const asText = { disallowedSpecial: new Set<string>() };

/**
 * Counts tokens as the models of OpenAI since GPT-4o do (o200k); for other families an estimate within some percent. The
 * vocabulary takes memory, so it is loaded when it is first asked for.
 */
export function createTokenCounter(): CountTokens {
  let loading: Promise<(text: string) => number> | undefined;
  return async (texts) => {
    const characters = texts.reduce((sum, { length }) => sum + length, 0);
    if (characters > mostCharacters) return Math.ceil(characters / charactersPerToken);
    loading ??= import('gpt-tokenizer/encoding/o200k_base').then(
      ({ countTokens }) =>
        (text) =>
          countTokens(text, asText),
    );
    const count = await loading;
    return texts.reduce((sum, text) => sum + count(text), 0);
  };
}

import { parseExact, stringifyExact } from '../exact-json.ts';
import type { Translator } from '../translator.ts';
import type { AnswerTranslation } from './answer.ts';

/** Answers beyond this size, in bytes, are no counts. */
const maxCountBytes = 1024 * 1024;

/** A count of tokens that an upstream made, in the client's format. Never throws. */
export function createCountTranslation(upstream: Translator, client: Translator): AnswerTranslation {
  return new CountTranslation(upstream, client);
}

class CountTranslation implements AnswerTranslation {
  error: AnswerTranslation['error'];
  isDone = false;
  readonly #upstream: Translator;
  readonly #client: Translator;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(upstream: Translator, client: Translator) {
    this.#upstream = upstream;
    this.#client = client;
  }

  push(chunk: Buffer): Buffer[] {
    this.#bytes += chunk.length;
    if (this.#bytes <= maxCountBytes) this.#chunks.push(chunk);
    else this.#chunks = [];
    return [];
  }

  /** What was too long is empty by now, and no count. */
  end(): Buffer[] {
    const count = this.#read(Buffer.concat(this.#chunks).toString('utf8'));
    if (count === undefined) {
      const message = 'The provider sent a count of tokens that cannot be read.';
      this.error = { status: 502, code: 'upstream_invalid', message };
      return [];
    }
    this.isDone = true;
    return [Buffer.from(stringifyExact(this.#client.writeCount(count)))];
  }

  #read(text: string): number | undefined {
    try {
      return this.#upstream.readCount?.(parseExact(text));
    } catch {
      return undefined;
    }
  }
}

import { stringifyExact } from '../../../protocols/exact-json.ts';
import { translators } from '../../../protocols/index.ts';
import { type SpokenText, spokenText } from '../../../protocols/translation/spoken-text.ts';
import type { ServingProvider } from '../../../providers/contract.ts';
import type { InferenceJob } from '../job.ts';
import { routeHeaders } from '../route-headers.ts';
import type { LocalAttempt, LocalResult } from '../serve-locally.ts';
import { upstreamFormat } from './translated-call.ts';

/** Counts the tokens of text; what loads the vocabulary is slow once. */
export type CountTokens = (texts: readonly string[]) => Promise<number>;

/** A typical picture at full size and a page of a document with its text, in tokens (Anthropic and OpenAI, vision guides). */
const imageTokens = 1_500;
const documentTokens = 3_000;
const frameTokens = 4;

/** Whether a count of tokens was asked for that the attempt's upstream does not make. */
export function isCountedHere({ route }: InferenceJob, attempt: LocalAttempt, provider: ServingProvider): boolean {
  if (route.operation !== 'count-tokens') return false;
  const format = upstreamFormat(route.wireFormat, provider);
  return !(provider.upstream.countsTokens?.(format, attempt.account) ?? false);
}

/** Answers a count of tokens by estimate, which the answer's headers say. */
export async function answerEstimate(
  job: InferenceJob,
  { account }: LocalAttempt,
  reason: string,
  countTokens: CountTokens,
): Promise<LocalResult> {
  const spoken = spokenText(job.conversation());
  const tokens = total(spoken, await countTokens(spoken.texts));
  const body = Buffer.from(stringifyExact(translators[job.route.wireFormat].writeCount(tokens)));
  const { answer, trail } = job;
  const route = routeHeaders('local', reason, account.label, job.ctx.id);
  answer.setHeaders({ ...route, 'x-fusebox-estimate': 'input tokens' });
  answer.begin(200, { ...answer.head, 'content-length': String(body.length) });
  answer.write(body);
  answer.end();
  trail.attempts.push({ via: account.id, label: account.label, reason, outcome: 'estimated here', status: 200 });
  trail.status = 200;
  return { kind: 'answered' };
}

function total({ images, documents, frames }: SpokenText, textTokens: number): number {
  return textTokens + images * imageTokens + documents * documentTokens + frames * frameTokens;
}

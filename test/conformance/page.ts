import { table } from '../../scripts/docs/markdown.ts';

/** One cell: what a client got from an upstream in a scenario. */
export interface Result {
  client: string;
  upstream: string;
  scenario: string;
  /** `passed`, or why it cannot be. */
  outcome: string;
}

const intro = `# Conformance

<!-- Written by the conformance tests (test/conformance) from their own results. -->

Official SDKs as clients, strict fakes of the providers as upstreams, Fusebox in between. Each column is an account that is
asked, each row an SDK. ✓ means that all scenarios hold: a whole answer and a stream with their usage, a tool call and two
parallel ones with their results sent back, a picture, thinking with the history sent back, structured output, errors in the
SDK's own classes, and an abort that ends the upstream's request. What an upstream's own API cannot do is said below.`;

/** docs/conformance.md */
export function conformancePage(results: readonly Result[]): string {
  const upstreams = unique(results.map(({ upstream }) => upstream));
  const rows = unique(results.map(({ client }) => client)).map((client) => [
    client,
    ...upstreams.map((upstream) => cell(results.filter((one) => one.client === client && one.upstream === upstream))),
  ]);
  const notes = unique(
    results
      .filter(({ outcome }) => outcome !== 'passed')
      .map((one) => `- ${one.upstream}, ${one.scenario}: ${one.outcome}`),
  );
  return `${[intro, table(['', ...upstreams], rows), ...(notes.length > 0 ? [notes.join('\n')] : [])].join('\n\n')}\n`;
}

function cell(results: readonly Result[]): string {
  const missing = results.filter(({ outcome }) => outcome !== 'passed').map(({ scenario }) => scenario);
  return missing.length === 0 ? '✓' : `✓ without ${missing.join(', ')}`;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

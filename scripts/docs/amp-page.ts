import { type Credentials, decideCredentials, headerList } from '../../main/amp/forward-headers.ts';
import { aliasSuffixes } from '../../main/amp/inference-surface.ts';
import { type AmpRouteKind, ampRoutes } from '../../main/amp/routes.ts';
import type { InferenceRoute } from '../../main/gateway/inference/surface.ts';
import type { WireFormatId } from '../../main/protocols/wire-format.ts';
import { code, escapeText, table } from './markdown.ts';
import { fillTables } from './marked-tables.ts';

/** docs/amp.md with its tables as the sources have them now; the prose is the page's own. */
export function ampPage(current: string): string {
  return fillTables(current, [
    { name: 'model-routes', text: modelRoutes() },
    { name: 'account-routes', text: accountRoutes() },
    { name: 'credentials', text: credentials() },
  ]);
}

const formatNames: Record<WireFormatId, string> = {
  anthropic: 'Anthropic Messages',
  'openai-chat': 'OpenAI Chat Completions',
  'openai-responses': 'OpenAI Responses',
  gemini: 'Gemini',
};

/** These name their model in the path, so the surface reads them instead of looking them up. */
export const geminiSuffixes = ['/v1beta/models/<model>:<action>', '/v1beta1/publishers/google/models/<model>:<action>'];

function modelRoutes(): string {
  const listed = [...aliasSuffixes].map(([suffix, route]) => modelRow(suffix, route));
  const gemini = geminiSuffixes.map((suffix) => modelRow(suffix, { wireFormat: 'gemini', operation: 'generate' }));
  return table(['Method', 'Path below `/api/provider/<name>`', 'Wire format'], [...listed, ...gemini]);
}

function modelRow(suffix: string, { wireFormat, operation }: InferenceRoute): string[] {
  const counting = operation === 'count-tokens' ? ', counting tokens' : '';
  return ['POST', code(suffix), `${formatNames[wireFormat]}${counting}`];
}

const kindNames: Record<AmpRouteKind, string> = {
  management: 'account',
  telemetry: 'telemetry',
  'sign-in': 'sign-in',
  actor: 'actor',
};

function accountRoutes(): string {
  const rows = ampRoutes.map(({ path, kind, page, note }) => [
    code(path),
    page ? `${kindNames[kind]}, page` : kindNames[kind],
    escapeText(note),
  ]);
  return table(['Path', 'Kind', 'What it is'], rows);
}

const ours = 'sgamp_ours';
const theirs = ['Authorization', 'Bearer sgamp_theirs'];

/** Asks the very function that decides for each request. */
function credentials(): string {
  const decide = (kind: AmpRouteKind | 'inference', headers: string[], token: string | undefined) => {
    const isOurs = (value: string) => value === ours;
    return inWords(decideCredentials({ kind, received: headerList(headers), token, isOurs }));
  };
  const kinds = [...Object.entries(kindNames), ['inference', 'model call that goes to Amp']] as [
    AmpRouteKind,
    string,
  ][];
  return table(
    ['Kind', 'Fusebox has an Amp token', 'Only the client sent one', 'Nobody has one'],
    kinds.map(([kind, name]) => [
      name,
      decide(kind, theirs, ours),
      decide(kind, theirs, undefined),
      decide(kind, [], undefined),
    ]),
  );
}

function inWords(decided: Credentials | undefined): string {
  if (!decided) return `502 ${code('amp_token_missing')}`;
  if ('token' in decided) return decided.token === ours ? "Fusebox's token" : "the client's token";
  return 'none' in decided ? 'sent without' : 'as the client sent it';
}

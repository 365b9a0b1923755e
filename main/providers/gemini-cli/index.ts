import { deriveGeminiDialect } from '../../protocols/gemini/dialect.ts';
import { createBaseUrls } from '../base-url.ts';
import type { ServingProvider } from '../contract.ts';
import { envelopedCall } from '../google/calls.ts';
import { createGoogleClassifier } from '../google/faults.ts';
import { codeAssistApi, googleSignIn } from '../google/hosts.ts';
import { codeAssistModels, lineOf, unlistedGemini } from '../google/models.ts';
import { repairRequest } from '../google/repair.ts';
import { googleRefreshLeadMs, refreshGoogle } from '../google/tokens.ts';
import { codeAssistUsage } from '../google/usage.ts';
import { createModelList } from '../model-list.ts';
import { client, geminiCliSignIn } from './login.ts';

const modelList = createModelList({
  table: codeAssistModels,
  unlisted: unlistedGemini,
  plausible: (name) => /^gemini-(2\.5|[3-9])[a-z0-9.-]*$/i.test(name),
});

const dialect = deriveGeminiDialect({ id: 'code-assist', label: 'Gemini CLI' }, {}, { ranges: true });

const rules = { needsRoles: true, refused: ['cachedContent'] };

/**
 * Gemini through the sign-in of Gemini CLI: Google's Code Assist, for Standard and Enterprise subscriptions. `userAgent`
 * is how the product names itself upstream.
 */
export function createGeminiCliProvider({ userAgent }: { userAgent: string }): ServingProvider {
  const baseUrl = createBaseUrls();
  return {
    id: 'gemini-cli',
    label: 'Gemini CLI',
    defaultEndpoints: { api: codeAssistApi, ...googleSignIn },
    signIns: [geminiCliSignIn],
    refreshLeadMs: googleRefreshLeadMs,
    refresh: (_account, secret, context) => refreshGoogle(client(context), secret, context),
    usage: codeAssistUsage,
    upstream: {
      nativeFormats: ['gemini'],
      ...modelList,
      familyOf: lineOf,
      dialect: () => dialect,
      countsTokens: (format) => format === 'gemini',
      prepare(request, account, secret, { api }) {
        const info = request.info ?? modelList.modelInfo(account, request.model);
        const project = account.attributes?.project;
        const head = { model: request.model, ...(project === undefined ? {} : { project }) };
        return envelopedCall({ request, account, info, rules, userAgent }, baseUrl(api), secret, head);
      },
      repair: repairRequest,
      classify: createGoogleClassifier('Gemini CLI'),
      quota: () => [],
    },
  };
}

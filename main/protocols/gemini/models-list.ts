import type { ListedModel, ModelListRenderer } from '../models-list.ts';

/** `GET /v1beta/models` of the Gemini API. */
export const geminiModels: ModelListRenderer = {
  list: (models) => JSON.stringify({ models: models.map(entry) }),
  one: (model) => JSON.stringify(entry(model)),
};

function entry({ id, displayName, contextWindow, maxOutput }: ListedModel) {
  return {
    name: `models/${id}`,
    version: id,
    displayName,
    description: displayName,
    inputTokenLimit: contextWindow,
    outputTokenLimit: maxOutput,
    supportedGenerationMethods: ['generateContent', 'streamGenerateContent', 'countTokens'],
  };
}

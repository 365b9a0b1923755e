import type { ListedModel, ModelListRenderer } from '../models-list.ts';

/** `GET /v1beta/models` of the Gemini API. */
export const geminiModels: ModelListRenderer = {
  list: (models) => JSON.stringify({ models: models.map(entry) }),
  one: (model) => JSON.stringify(entry(model)),
};

/** The format has no field for availability, so what cools down says so in words. */
function entry({ id, displayName, contextWindow, maxOutput, blockedUntil }: ListedModel) {
  return {
    name: `models/${id}`,
    version: id,
    displayName,
    description:
      blockedUntil === undefined ? displayName : `${displayName}; cooling down until ${timeText(blockedUntil)}`,
    inputTokenLimit: contextWindow,
    outputTokenLimit: maxOutput,
    supportedGenerationMethods: ['generateContent', 'streamGenerateContent', 'countTokens'],
  };
}

function timeText(time: number): string {
  return new Date(time).toISOString();
}

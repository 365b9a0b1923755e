import { availability, type ListedModel, type ModelListRenderer, releasedAt } from '../models-list.ts';

/** `GET /v1/models` of the OpenAI API, with the limits that many clients read beside the official fields. */
export const openaiModels: ModelListRenderer = {
  list: (models) => JSON.stringify({ object: 'list', data: models.map(entry) }),
  one: (model) => JSON.stringify(entry(model)),
};

function entry(model: ListedModel) {
  const { id, contextWindow, maxOutput, ownedBy } = model;
  return {
    id,
    object: 'model',
    created: releasedAt(id),
    owned_by: ownedBy ?? 'fusebox',
    context_length: contextWindow,
    max_completion_tokens: maxOutput,
    ...availability(model),
  };
}

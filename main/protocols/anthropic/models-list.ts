import { availability, type ListedModel, type ModelListRenderer, releasedAt } from '../models-list.ts';

/** `GET /v1/models` of the Anthropic API, always one page. */
export const anthropicModels: ModelListRenderer = {
  list(models) {
    const data = models.map(entry);
    const [first, last] = [data[0]?.id ?? null, data.at(-1)?.id ?? null];
    return JSON.stringify({ data, has_more: false, first_id: first, last_id: last });
  },
  one: (model) => JSON.stringify(entry(model)),
};

/** The API documents the epoch as the date of models whose release date is not known. */
function entry(model: ListedModel) {
  const { id, displayName, contextWindow, maxOutput } = model;
  return {
    type: 'model',
    id,
    display_name: displayName,
    created_at: new Date(releasedAt(id) * 1000).toISOString(),
    max_input_tokens: contextWindow,
    max_tokens: maxOutput,
    ...availability(model),
  };
}

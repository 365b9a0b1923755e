/** A model as the lists of models need it. */
export interface ListedModel {
  id: string;
  displayName: string;
  /** Tokens; 0 when not known. */
  contextWindow: number;
  /** Tokens; 0 when not known. */
  maxOutput: number;
  /** The provider's id, such as `claude`. */
  ownedBy?: string;
  /** When an account can be asked for it again, in milliseconds since the Unix epoch; absent when one can now. */
  blockedUntil?: number;
}

/** How one wire format lists models. */
export interface ModelListRenderer {
  /** JSON body of the list. */
  list(models: readonly ListedModel[]): string;
  /** JSON body for one model of the list. */
  one(model: ListedModel): string;
}

/** Seconds since the Unix epoch of the date that ends a model id; 0 for ids without one. */
export function releasedAt(id: string): number {
  const [, year, month, day] = /-(20\d\d)(\d\d)(\d\d)$/.exec(id) ?? [];
  return year && month && day ? Date.UTC(Number(year), Number(month) - 1, Number(day)) / 1000 : 0;
}

/** The same in lists whose readers ignore what they do not know; nothing for a model that can be asked for now. */
export function availability({ blockedUntil }: ListedModel): { available?: false; available_at?: string } {
  if (blockedUntil === undefined) return {};
  return { available: false, available_at: new Date(blockedUntil).toISOString() };
}

import { type Dialect, type FeatureUse, FieldError } from '../features.ts';

/**
 * What a dialect leaves out of a request, by the client's field names. Throws FieldError for the first feature that it
 * refuses: nothing of a request is lost in silence.
 */
export function applyTreatments(uses: readonly FeatureUse[], dialect: Dialect): string[] {
  for (const { feature, field } of uses) {
    const treatment = dialect.treatments[feature];
    if (treatment.kind === 'refused')
      throw new FieldError(field, `${field} is not supported by ${dialect.label}${noteOf(treatment.note)}`);
  }
  return uses.filter(({ feature }) => dialect.treatments[feature].kind === 'dropped').map(({ field }) => field);
}

function noteOf(note: string | undefined): string {
  return note === undefined ? '' : `: ${note}`;
}

import { parseSuffix, splitSuffix, type ThinkingWish } from '../../../protocols/thinking-suffix.ts';
import { GatewayError } from '../../errors.ts';

/** What the suffix of a model's name asks for. Throws GatewayError for a suffix that means nothing. */
export function thinkingWish(model: string): ThinkingWish | undefined {
  const { suffix } = splitSuffix(model);
  if (suffix === '') return undefined;
  const wish = parseSuffix(suffix);
  if ('error' in wish) throw new GatewayError('invalid_field', { detail: wish.error, param: 'model' });
  return wish;
}

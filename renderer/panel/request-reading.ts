import type { RequestRecord } from '../../main/journal/record.ts';
import { text } from '../text/en.ts';

/** `claude-opus-4-5`, or `asked → served` where they differ by more than the date of a release. */
export function modelText({ modelAsked, modelServed }: Pick<RequestRecord, 'modelAsked' | 'modelServed'>): string {
  if (!modelAsked) return modelServed ?? text.recent.noModel;
  const same = !modelServed || modelServed.replace(/-\d{8}$/, '') === modelAsked.replace(/-\d{8}$/, '');
  return same ? modelAsked : text.recent.swapped(modelAsked, modelServed);
}

/** Who answered: the account, Amp, or nobody. */
export function serverText({ route, accountLabel }: Pick<RequestRecord, 'route' | 'accountLabel'>): string {
  return route === 'local' ? (accountLabel ?? text.recent.route.local) : text.recent.route[route];
}

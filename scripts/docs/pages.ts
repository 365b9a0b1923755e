import { configurationPage } from './configuration-page.ts';
import { errorsPage } from './errors-page.ts';

export interface Page {
  /** From the project's folder. */
  path: string;
  text: string;
}

/** Every page that is generated. */
export function renderPages(): Page[] {
  return [
    { path: 'docs/configuration.md', text: configurationPage() },
    { path: 'docs/errors.md', text: errorsPage() },
  ];
}

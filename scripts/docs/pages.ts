import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ampPage } from './amp-page.ts';
import { configurationPage } from './configuration-page.ts';
import { errorsPage } from './errors-page.ts';
import { managementPage, openApiText } from './management-page.ts';
import { toolsPage } from './tools-page.ts';
import { translationPage } from './translation-page.ts';

export interface Page {
  /** From the project's folder. */
  path: string;
  text: string;
}

/** Every page that is generated, in whole or, like docs/amp.md, in its tables. `root` is the project's folder. */
export function renderPages(root = '.'): Page[] {
  return [
    { path: 'docs/amp.md', text: ampPage(readFileSync(join(root, 'docs/amp.md'), 'utf8')) },
    { path: 'docs/configuration.md', text: configurationPage() },
    { path: 'docs/errors.md', text: errorsPage() },
    {
      path: 'docs/management-api.md',
      text: managementPage(readFileSync(join(root, 'docs/management-api.md'), 'utf8')),
    },
    { path: 'docs/openapi.json', text: openApiText(versionIn(join(root, 'package.json'))) },
    { path: 'docs/tools.md', text: toolsPage(readFileSync(join(root, 'docs/tools.md'), 'utf8')) },
    { path: 'docs/translation.md', text: translationPage() },
  ];
}

function versionIn(file: string): string {
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

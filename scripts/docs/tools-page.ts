import { declaredTools } from '../../main/tools/declared.ts';
import { type Machine, placeholderKey, type Tool } from '../../main/tools/tool.ts';
import { table } from './markdown.ts';
import { fillTables } from './marked-tables.ts';

const linux: Machine = { platform: 'linux', env: {}, homeDir: '~' };
const wish = { url: 'http://127.0.0.1:8317', key: placeholderKey, models: ['MODEL'] };

/** docs/tools.md with the table of what is written where. */
export function toolsPage(page: string): string {
  const rows = declaredTools.map((tool) => [tool.label, filesOf(tool), valuesOf(tool)]);
  return fillTables(page, [{ name: 'tools', text: table(['Tool', 'Files on Linux', 'What is written'], rows) }]);
}

function filesOf({ targets }: Tool): string {
  return targets.map(({ file }) => `\`${file(linux)}\``).join(', ');
}

function valuesOf({ targets }: Tool): string {
  const paths = targets.flatMap(({ changes }) => changes(wish).map(({ path }) => path));
  return paths
    .map((path) => `\`${path.map((part) => (typeof part === 'string' ? part : part.is)).join(' → ')}\``)
    .join(', ');
}

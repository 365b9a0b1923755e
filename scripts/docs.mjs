// Writes the pages in docs/ that come from tables in the sources: `npm run docs`.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { wat } from './build/wat.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'fusebox-docs-'));
try {
  // Bundled first, because Node 20 does not read TypeScript.
  const file = join(folder, 'pages.mjs');
  const input = join(root, 'scripts/docs/pages.ts');
  const bundle = await rolldown({ input, platform: 'node', logLevel: 'silent', plugins: [wat] });
  await bundle.write({ file, format: 'esm', codeSplitting: false });
  await bundle.close();
  const { renderPages } = await import(pathToFileURL(file).href);
  for (const { path, text } of renderPages(root)) {
    await writeFile(join(root, path), text);
    console.log(`Wrote ${path}`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

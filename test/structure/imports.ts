import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { parseSync, Visitor } from 'rolldown/utils';

/** One import: from a file of the project to another file of it (`file`) or to a package (`package`). */
export interface Edge {
  from: string;
  to: string;
  kind: 'file' | 'package';
  /** Erased before anything runs. */
  typeOnly: boolean;
}

export const projectRoot = join(import.meta.dirname, '..', '..');

/** Every import of every TypeScript file below the folders, with paths relative to the project. */
export function importsOf(folders: string[]): Edge[] {
  return sourcesUnder(folders).flatMap((file) => importsIn(file, readFileSync(join(projectRoot, file), 'utf8')));
}

/** TypeScript files below the folders, relative to the project, with forward slashes. */
export function sourcesUnder(folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
      .filter((file) => /\.tsx?$/.test(file)),
  );
}

/** The imports, re-exports, dynamic imports and imported types in one file's text. */
export function importsIn(file: string, text: string): Edge[] {
  const edges: Edge[] = [];
  const add = (specifier: unknown, typeOnly: boolean) => {
    if (typeof specifier === 'string') edges.push(edge(file, specifier, typeOnly));
  };
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  new Visitor({
    ImportDeclaration: (node) => add(node.source.value, node.importKind === 'type'),
    ExportAllDeclaration: (node) => add(node.source.value, node.exportKind === 'type'),
    ExportNamedDeclaration: (node) => add(node.source?.value, node.exportKind === 'type'),
    ImportExpression: (node) => add('value' in node.source ? node.source.value : undefined, false),
    TSImportType: (node) => add(node.source.value, true),
  }).visit(program);
  return edges;
}

function edge(from: string, specifier: string, typeOnly: boolean): Edge {
  if (!specifier.startsWith('.')) return { from, to: specifier, kind: 'package', typeOnly };
  return { from, to: posix.join(dirname(from), specifier), kind: 'file', typeOnly };
}

import type { Edge } from './imports.ts';

/** From the top down: a layer may import its own area and the layers below, never one above or beside it. */
const layers = [
  ['desktop', 'cli'],
  ['engine'],
  ['amp'],
  ['gateway'],
  ['routing'],
  ['providers'],
  ['protocols', 'accounts'],
  ['settings', 'tools'],
];

/** What everybody may import: time, this machine's network, the record of a request, the words shared with the window. */
const shared = ['clock', 'net', 'journal', 'contract', 'replace-file'];

/** The entries compose the program; nobody imports them. */
const entries = ['main/cli.ts', 'main/electron.ts'];

/** Areas that only compute: no sockets, files, processes or clocks of their own. */
const pure = ['protocols', 'routing'];
const purePackages = ['zod'];

/** Packages that tie a file to one kind of process, and the only places that may do so. */
const restricted: Record<string, RegExp> = {
  electron: /^(main\/desktop\/|main\/electron\.ts$|preload\/index\.ts$)/,
  'electron-store': /^(main\/desktop\/|main\/settings\/|main\/electron\.ts$)/,
  react: /^renderer\//,
};

/** What the window may take from outside: what preload/ shares, not the bridge; of main only types that the contract uses. */
const windowMayImport = /^(renderer\/|preload\/(?!index\.ts$))/;
const windowMayName = /^main\/(journal\/record|providers\/contract)\.ts$/;

/** One sentence for each import that points the wrong way. */
export function wrongEdges(edges: Edge[]): string[] {
  return edges.flatMap((edge) => {
    const problem = edge.kind === 'package' ? packageProblem(edge) : fileProblem(edge);
    return problem === undefined ? [] : [`${edge.from} -> ${edge.to}: ${problem}`];
  });
}

function packageProblem({ from, to, typeOnly }: Edge): string | undefined {
  const place = restricted[to];
  if (place && !place.test(from)) return `${to} may not be imported here`;
  const isPure = pure.includes(areaOf(from));
  return isPure && !typeOnly && !purePackages.includes(to) ? `${areaOf(from)} is pure` : undefined;
}

function fileProblem({ from, to, typeOnly }: Edge): string | undefined {
  if (entries.includes(to)) return 'nobody imports an entry';
  if (from.startsWith('renderer/')) return windowProblem(to, typeOnly);
  if (from.startsWith('preload/')) return preloadProblem(to, typeOnly);
  return entries.includes(from) ? entryProblem(to) : layerProblem(areaOf(from), areaOf(to));
}

function windowProblem(to: string, typeOnly: boolean): string | undefined {
  if (windowMayImport.test(to) || (typeOnly && windowMayName.test(to))) return undefined;
  return 'the window knows the rest only through the contract in preload/';
}

function preloadProblem(to: string, typeOnly: boolean): string | undefined {
  return to.startsWith('preload/') || typeOnly ? undefined : 'preload takes only types from main';
}

function entryProblem(to: string): string | undefined {
  return to.startsWith('renderer/') ? 'main never imports the window' : undefined;
}

function layerProblem(from: string, to: string): string | undefined {
  if (from === to || shared.includes(to)) return undefined;
  if (from === 'clock' || from === 'replace-file') return `${from} imports nothing`;
  // A record names the wire format it was made for: the journal stands on what is pure.
  if (from === 'journal') return to === 'protocols' ? undefined : 'the journal is below everything';
  const [above, below] = [layerOf(from), layerOf(to)];
  if (above < 0) return `${from} is in no layer`;
  if (below < 0) return `${to} is in no layer`;
  return above < below ? undefined : `${from} may not import ${to}`;
}

function layerOf(area: string): number {
  return layers.findIndex((layer) => layer.includes(area));
}

/** `main/gateway/errors.ts` is in `gateway`, `main/clock.ts` in `clock`, `main/engine.ts` in `engine`. */
function areaOf(file: string): string {
  if (/^preload\/(?!index\.ts$)/.test(file)) return 'contract';
  return file.replace(/^main\//, '').split(/[/.]/)[0] ?? '';
}

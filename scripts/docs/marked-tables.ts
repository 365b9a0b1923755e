/** A table that a hand-written page takes in between two marks of its name. */
export interface NamedTable {
  name: string;
  text: string;
}

/**
 * A page with each table put between its marks, `<!-- table NAME -->` and `<!-- end NAME -->`; all else stays. Throws when
 * a mark is missing or there is no table for one.
 */
export function fillTables(page: string, tables: readonly NamedTable[]): string {
  const unknown = [...page.matchAll(/<!-- table ([\w-]+) -->/g)].find(
    ([, name]) => !tables.some((t) => t.name === name),
  );
  if (unknown) throw new Error(`There is no table ${unknown[1]}`);
  return tables.reduce(fillTable, page);
}

function fillTable(page: string, { name, text }: NamedTable): string {
  const [begin, end] = [`<!-- table ${name} -->`, `<!-- end ${name} -->`];
  const from = page.indexOf(begin);
  const to = page.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`The page has no place for the table ${name}`);
  return `${page.slice(0, from)}${begin}\n\n${text}\n\n${page.slice(to)}`;
}

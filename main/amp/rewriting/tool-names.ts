/** Names of Amp's own tools as its modes allow them; another spelling is answered with "tool not allowed". By lower-case name. */
const ampTools: ReadonlyMap<string, string> = new Map(
  ['Bash', 'Read', 'Grep', 'Task', 'Check', 'glob'].map((name) => [name.toLowerCase(), name]),
);

/** Gives a tool name back in the spelling that the client knows; a name that needs no change is returned as it is. */
export type ToolSpelling = (name: string) => string;

/**
 * The spelling of tool names for one request. A name it advertised wins, compared without regard to case; where two of
 * them differ only in case, the model's choice stands; then Amp's own table. Other names are left alone.
 */
export function createToolSpelling(advertised: readonly string[]): ToolSpelling {
  const known = new Map<string, string>();
  const ambiguous = new Set<string>();
  for (const name of advertised) {
    const key = name.toLowerCase();
    if ((known.get(key) ?? name) !== name) ambiguous.add(key);
    known.set(key, name);
  }
  return (name) => {
    const key = name.toLowerCase();
    return ambiguous.has(key) ? name : (known.get(key) ?? ampTools.get(key) ?? name);
  };
}

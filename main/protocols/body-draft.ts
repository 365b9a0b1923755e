import type { Json } from './exact-json.ts';
import { type Edit, insertMembers, members, parseAt, removeMembers, type Span, splice, stringAt } from './json-edit.ts';

/** A JSON object being changed: what is not touched keeps its bytes. Nothing is copied before `finish`. */
export class BodyDraft {
  readonly json: Buffer;
  private readonly root: ReadonlyMap<string, Span>;
  private readonly edits: Edit[] = [];
  private readonly added: Record<string, string> = {};
  private readonly removed = new Set<string>();

  /** `root` are its members where they are known. Throws JsonSyntaxError when the bytes are not one JSON object. */
  constructor(json: Buffer, root: ReadonlyMap<string, Span> = members(json)) {
    this.json = json;
    this.root = root;
  }

  /** Where the original value of a member is. */
  find(name: string): Span | undefined {
    return this.root.get(name);
  }

  /** The original value of a member, built; for small ones. */
  value(name: string): Json | undefined {
    const span = this.root.get(name);
    return span && parseAt(this.json, span);
  }

  /** The original value of a member if it is a string. */
  text(name: string): string | undefined {
    const span = this.root.get(name);
    return span && stringAt(this.json, span);
  }

  /** Replaces or adds a top-level member; `value` is JSON text. Once a member. */
  set(name: string, value: string | Buffer): void {
    const span = this.root.get(name);
    if (span) this.edits.push({ ...span, replacement: value });
    else this.added[name] = value.toString();
  }

  /** Removes a top-level member that is not set. */
  remove(name: string): void {
    if (this.root.has(name)) this.removed.add(name);
  }

  /** An edit within a member that is neither set nor removed. */
  edit(...edits: Edit[]): void {
    this.edits.push(...edits);
  }

  /** The changed bytes in pieces; the original buffer alone when nothing changed. */
  finish(): Buffer[] {
    const removals = this.removed.size > 0 ? removeMembers(this.json, [...this.removed]) : [];
    const isEmptied = this.removed.size === this.root.size && this.root.size > 0;
    const insertions = insertMembers(this.json, this.added).map((edit) =>
      isEmptied ? { ...edit, replacement: edit.replacement.toString().replace(/,$/, '') } : edit,
    );
    return splice(this.json, [...insertions, ...this.edits, ...removals]);
  }
}

import { Pencil, Plus, Trash2 } from 'lucide-react';
import { type ReactNode, useId, useRef, useState } from 'react';
import { Button } from '../shell/button.tsx';
import { text } from '../text/en.ts';
import { distinctKeys } from './distinct-keys.ts';
import { RuleEditor } from './rule-editor.tsx';
import type { Draft, RuleForm } from './rule-forms.ts';

export interface RuleListProps<T> {
  form: RuleForm<T>;
  rows: readonly T[];
  /** What does not work, and why. */
  problems?: readonly string[];
  /** Keeps all of them; resolves to why that did not work. */
  onSave(rows: T[]): Promise<string | undefined>;
}

/** The rules of one kind: shown in lines, each edited in its place. */
export function RuleList<T>({ form, rows, problems = [], onSave }: RuleListProps<T>) {
  /** The row that is edited; as many as there are stands for a new one. */
  const [edited, setEdited] = useState<number>();
  /** Why a rule could not be removed. */
  const [refusal, setRefusal] = useState<string>();
  const keys = distinctKeys(rows.map(form.lineOf));
  const headingId = useId();
  const add = useRef<HTMLButtonElement>(null);
  const end = () => {
    setEdited(undefined);
    add.current?.focus();
  };
  const save = (at: number) => (draft: Draft) =>
    onSave([...rows.slice(0, at), form.rowOf(draft), ...rows.slice(at + 1)]);
  const remove = async (at: number) => {
    const problem = await onSave(rows.filter((_, index) => index !== at));
    setRefusal(problem);
    if (problem === undefined) add.current?.focus();
  };
  return (
    <section aria-labelledby={headingId} className="overflow-clip rounded-lg border border-line bg-surface">
      <div className="flex items-start gap-3 px-5 py-2.5">
        <div className="flex-1">
          <h2 id={headingId} className="font-semibold">
            {form.heading}
          </h2>
          <p className="text-sm text-soft">{form.hint}</p>
        </div>
        <Button
          ref={add}
          onClick={() => setEdited(rows.length)}
          aria-label={`${text.models.rules.add}: ${form.heading}`}
        >
          <Plus aria-hidden="true" className="size-4" />
          {text.models.rules.add}
        </Button>
      </div>
      {rows.length === 0 && edited === undefined ? <p className="px-5 pb-3 text-sm text-soft">{form.empty}</p> : null}
      <ul>
        {rows.map((row, index) => (
          <li key={keys[index]} className="border-t border-line">
            {edited === index ? (
              <RuleEditor
                label={text.models.rules.editRow(form.lineOf(row))}
                fields={form.fields}
                initial={form.draftOf(row)}
                onSave={save(index)}
                onEnd={end}
              />
            ) : (
              <RuleLine
                line={form.lineOf(row)}
                note={form.noteOf(row)}
                onEdit={() => setEdited(index)}
                onRemove={() => void remove(index)}
              />
            )}
          </li>
        ))}
        {edited === rows.length ? (
          <li className="border-t border-line">
            <RuleEditor
              label={`${text.models.rules.add}: ${form.heading}`}
              fields={form.fields}
              initial={form.blank}
              onSave={save(rows.length)}
              onEnd={end}
            />
          </li>
        ) : null}
      </ul>
      {(refusal === undefined ? problems : [refusal, ...problems]).map((problem) => (
        <p key={problem} className="border-t border-line bg-warn-wash px-5 py-2 text-sm">
          {problem}
        </p>
      ))}
    </section>
  );
}

interface RuleLineProps {
  line: string;
  note: string | undefined;
  onEdit(): void;
  onRemove(): void;
}

function RuleLine({ line, note, onEdit, onRemove }: RuleLineProps) {
  return (
    <div className="flex min-h-10 items-center gap-2 px-5 py-1 text-sm">
      <span className="min-w-0 flex-1 break-words select-text">
        {line}
        {note ? <span className="ml-2 text-soft">{note}</span> : null}
      </span>
      <IconButton label={text.models.rules.editRow(line)} onClick={onEdit}>
        <Pencil aria-hidden="true" className="size-3.5" />
      </IconButton>
      <IconButton label={text.models.rules.removeRow(line)} onClick={onRemove}>
        <Trash2 aria-hidden="true" className="size-3.5" />
      </IconButton>
    </div>
  );
}

function IconButton({ label, onClick, children }: { label: string; onClick(): void; children: ReactNode }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onClick}
      className="grid size-7 shrink-0 place-items-center rounded-md text-soft hover:bg-raised hover:text-ink"
    >
      {children}
    </button>
  );
}

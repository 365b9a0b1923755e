import { Trash2 } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import { Button } from '../shell/button.tsx';
import { text } from '../text/en.ts';
import { secretText } from './setting-reading.ts';
import type { FieldProps } from './setting-row.tsx';
import { Problem } from './value-fields.tsx';

const words = text.settings;

/** A list of texts: each can be removed, and new ones are added below. Secrets among them are never shown. */
export function TextsField({ setting, value, title, aboutId, save }: FieldProps) {
  const [draft, setDraft] = useState('');
  const [problem, setProblem] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  const items: unknown[] = Array.isArray(value) ? value : [];
  const put = async (at: number, next: string | null) => {
    const seen = items[at];
    const refusal = await save({ path: [...setting.path, at], value: next, ...(seen === undefined ? {} : { seen }) });
    setProblem(refusal);
    if (refusal === undefined && next !== null) setDraft('');
    field.current?.focus();
  };
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (draft.trim() !== '') void put(items.length, draft.trim());
  };
  const nameOf = (item: unknown, at: number) =>
    setting.secret ? `${words.entry(at)} · ${secretText(item)}` : String(item);
  return (
    <div>
      {items.length === 0 ? null : (
        <ul className="mb-2 overflow-clip rounded-md border border-line">
          {items.map((item, at) => (
            <li
              // biome-ignore lint/suspicious/noArrayIndexKey: entries have no identity but their place, and may be alike.
              key={at}
              className="flex min-h-9 items-center gap-2 border-line pr-1 pl-3 text-sm not-first:border-t"
            >
              <span className="min-w-0 flex-1 break-words select-text">{nameOf(item, at)}</span>
              <RemoveButton label={words.doTo(words.remove, nameOf(item, at))} onClick={() => void put(at, null)} />
            </li>
          ))}
        </ul>
      )}
      <form onSubmit={add} className="flex max-w-md gap-2">
        <input
          ref={field}
          type={setting.secret ? 'password' : 'text'}
          aria-label={words.newOne(title)}
          aria-describedby={aboutId}
          aria-invalid={problem !== undefined}
          spellCheck={false}
          autoComplete="off"
          value={draft}
          onChange={({ target }) => setDraft(target.value)}
          onKeyDown={(event) => event.key === 'Escape' && setDraft('')}
          className="h-8 min-w-0 flex-1 rounded-md border border-control bg-surface px-2.5 text-sm text-ink select-text aria-invalid:border-bad"
        />
        <Button type="submit" disabled={draft.trim() === ''} aria-label={words.doTo(words.add, title)}>
          {words.add}
        </Button>
      </form>
      <Problem message={problem} settingKey={setting.key} />
    </div>
  );
}

export function RemoveButton({ label, onClick }: { label: string; onClick(): void }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onClick}
      className="grid size-7 shrink-0 place-items-center rounded-md text-soft hover:bg-raised hover:text-ink"
    >
      <Trash2 aria-hidden="true" className="size-3.5" />
    </button>
  );
}

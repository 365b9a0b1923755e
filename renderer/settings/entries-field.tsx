import { Pencil, Plus } from 'lucide-react';
import { useRef, useState } from 'react';
import { Button } from '../shell/button.tsx';
import { text } from '../text/en.ts';
import { EntryForm } from './entry-form.tsx';
import { entryText } from './setting-reading.ts';
import type { FieldProps } from './setting-row.tsx';
import { RemoveButton } from './texts-field.tsx';
import { Problem } from './value-fields.tsx';

const words = text.settings;

/** A list of blocks, such as API keys with their options: a line each, edited in its place. */
export function EntriesField({ setting, value, title, save }: FieldProps) {
  /** The place that is edited; the one behind the last is a new one. */
  const [edited, setEdited] = useState<number>();
  const [problem, setProblem] = useState<string>();
  const add = useRef<HTMLButtonElement>(null);
  const entries: unknown[] = Array.isArray(value) ? value : [];
  const put = (at: number, next: object | null) => {
    const seen = entries[at];
    return save({ path: [...setting.path, at], value: next, ...(seen === undefined ? {} : { seen }) });
  };
  const end = () => {
    setEdited(undefined);
    add.current?.focus();
  };
  const form = (at: number) => (
    <EntryForm
      label={at === entries.length ? words.newOne(title) : words.doTo(words.edit, entryText(entries[at], at))}
      fields={setting.fields ?? []}
      entry={entries[at]}
      settingKey={setting.key}
      onSave={(entry) => put(at, entry)}
      onEnd={end}
    />
  );
  return (
    <div>
      <ul className="grid gap-px overflow-clip rounded-md border border-line empty:hidden">
        {entries.map((entry, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: entries have no identity but their place.
          <li key={at} className="not-first:border-t border-line">
            {edited === at ? (
              form(at)
            ) : (
              <div className="flex min-h-9 items-center gap-2 pr-1 pl-3 text-sm">
                <span className="min-w-0 flex-1 break-words">{entryText(entry, at)}</span>
                <button
                  type="button"
                  aria-label={words.doTo(words.edit, entryText(entry, at))}
                  onClick={() => setEdited(at)}
                  className="grid size-7 shrink-0 place-items-center rounded-md text-soft hover:bg-raised hover:text-ink"
                >
                  <Pencil aria-hidden="true" className="size-3.5" />
                </button>
                <RemoveButton
                  label={words.doTo(words.remove, entryText(entry, at))}
                  onClick={() => void put(at, null).then(setProblem)}
                />
              </div>
            )}
          </li>
        ))}
        {edited === entries.length ? <li>{form(edited)}</li> : null}
      </ul>
      <Button
        ref={add}
        className={entries.length > 0 || edited !== undefined ? 'mt-2' : ''}
        aria-label={words.doTo(words.add, title)}
        onClick={() => setEdited(entries.length)}
      >
        <Plus aria-hidden="true" className="size-4" />
        {words.add}
      </Button>
      <Problem message={problem} settingKey={setting.key} />
    </div>
  );
}

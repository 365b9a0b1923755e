import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { AccountView } from '../../preload/contract.ts';
import { Button } from '../shell/button.tsx';
import { TextField } from '../shell/text-field.tsx';
import { useFusebox } from '../state/fusebox.tsx';
import { text } from '../text/en.ts';
import { type AccountEdit, editOf, patchOf, wrongFields } from './account-edit.ts';

/** What the owner decides about an account, edited below its row. */
export function AccountEditor({ account, onEnd }: { account: AccountView; onEnd(): void }) {
  const { call } = useFusebox();
  const [edit, setEdit] = useState(() => editOf(account));
  const [wrong, setWrong] = useState<readonly (keyof AccountEdit)[]>([]);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.querySelector('input')?.select();
    form.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const found = wrongFields(edit);
    setWrong(found);
    if (found.length > 0) return;
    const patch = patchOf(account, edit);
    const { ok } =
      Object.keys(patch).length > 0 ? await call('account.update', { id: account.id, ...patch }) : { ok: true };
    if (ok) onEnd();
  };
  const field = (name: keyof AccountEdit) => ({
    label: text.editor[name],
    value: edit[name],
    error: wrong.includes(name) ? text.editor.wrong[name] : undefined,
    onChange: ({ target }: { target: HTMLInputElement }) => setEdit({ ...edit, [name]: target.value }),
  });
  return (
    <form
      ref={form}
      aria-label={text.editor.heading(account.label)}
      onSubmit={(event) => void save(event)}
      onKeyDown={(event) => event.key === 'Escape' && onEnd()}
      className="grid gap-x-3 gap-y-2.5 bg-lit py-3 pr-3 pl-16 min-[560px]:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]"
    >
      <TextField {...field('label')} />
      <TextField {...field('priority')} inputMode="numeric" hint={text.editor.priorityHint} />
      <TextField {...field('stopAt')} inputMode="numeric" hint={text.editor.stopAtHint} />
      <TextField {...field('prefix')} hint={text.editor.prefixHint} />
      <TextField {...field('proxy')} hint={text.editor.proxyHint} />
      <div className="flex gap-2 min-[560px]:col-span-2">
        <Button type="submit" weight="primary">
          {text.editor.save}
        </Button>
        <Button onClick={onEnd}>{text.editor.cancel}</Button>
      </div>
    </form>
  );
}

import { type FormEvent, useState } from 'react';
import { Button } from '../shell/button.tsx';
import { TextField } from '../shell/text-field.tsx';
import { useFusebox } from '../state/fusebox.tsx';
import { text } from '../text/en.ts';
import { problemWords } from './sign-in-reading.ts';

/** Takes the address that the browser landed on. `needed`: nothing else can end this sign-in. */
export function PasteField({ id, needed }: { id: string; needed: boolean }) {
  const { attempt, browser } = useFusebox();
  const [pasted, setPasted] = useState('');
  const [error, setError] = useState<string>();
  const use = async (event: FormEvent) => {
    event.preventDefault();
    if (pasted.trim() === '') return setError(text.signIn.paste.empty);
    const result = await attempt('sign-in.paste', { id, text: pasted });
    if (!result.ok) setError(problemWords(result.error));
  };
  return (
    <form onSubmit={(event) => void use(event)} className="mt-1.5 max-w-xl">
      <TextField
        label={text.signIn.paste[needed ? 'needed' : browser ? 'inBrowser' : 'label']}
        placeholder={text.signIn.paste.placeholder}
        value={pasted}
        error={error}
        onChange={({ target }) => {
          setPasted(target.value);
          setError(undefined);
        }}
        button={<Button type="submit">{text.signIn.paste.use}</Button>}
      />
    </form>
  );
}

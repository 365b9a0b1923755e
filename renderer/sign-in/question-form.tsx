import { type FormEvent, useState } from 'react';
import type { SignInView } from '../../preload/contract.ts';
import { Button } from '../shell/button.tsx';
import { TextField } from '../shell/text-field.tsx';
import { useFusebox } from '../state/fusebox.tsx';
import { text } from '../text/en.ts';

type Question = NonNullable<SignInView['question']>;

/** A question that only the owner can answer: which project, or what to call the account. */
export function QuestionForm({ id, question }: { id: string; question: Question }) {
  const projects = question.kind === 'project' ? question.projects : [];
  const [chosen, setChosen] = useState(projects[0]?.id);
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<string>();
  const { attempt } = useFusebox();
  const answer = async (event: FormEvent) => {
    event.preventDefault();
    const value = (chosen ?? typed).trim();
    if (value === '') return setError(text.signIn.answerMissing[question.kind]);
    const result = await attempt('sign-in.answer', { id, value });
    if (!result.ok) setError(result.error.message);
  };
  return (
    <form onSubmit={(event) => void answer(event)} className="mt-1.5 grid max-w-xl gap-2.5">
      {projects.length > 0 ? <ProjectChoice projects={projects} chosen={chosen} onChoose={setChosen} /> : null}
      {chosen === undefined ? (
        <TextField
          label={text.signIn.answerLabel[question.kind]}
          value={typed}
          error={error}
          onChange={({ target }) => {
            setTyped(target.value);
            setError(undefined);
          }}
        />
      ) : null}
      <Button type="submit" weight="primary" className="justify-self-start">
        {text.signIn.answer}
      </Button>
    </form>
  );
}

interface ProjectChoiceProps {
  projects: readonly { id: string; name: string }[];
  /** Undefined: another one, to be typed. */
  chosen: string | undefined;
  onChoose(id: string | undefined): void;
}

function ProjectChoice({ projects, chosen, onChoose }: ProjectChoiceProps) {
  const choices = [...projects, { id: undefined, name: text.signIn.otherProject }];
  return (
    <fieldset className="grid max-h-48 gap-0.5 overflow-y-auto">
      <legend className="sr-only">{text.signIn.question.project}</legend>
      {choices.map(({ id, name }) => (
        <label key={id ?? ''} className="flex items-center gap-2 rounded px-1 py-1 hover:bg-raised">
          <input
            type="radio"
            name="project"
            className="accent-accent"
            checked={chosen === id}
            onChange={() => onChoose(id)}
          />
          <span>{name || id}</span>
          {id !== undefined && name && name !== id ? <span className="text-soft">{id}</span> : null}
        </label>
      ))}
    </fieldset>
  );
}

import { type FormEvent, type RefObject, useId, useState } from 'react';
import { type RouteQuestion, type RouteView, routeFormats, routeSurfaces } from '../../preload/route-view.ts';
import { Button } from '../shell/button.tsx';
import { SelectField } from '../shell/select-field.tsx';
import { TextField } from '../shell/text-field.tsx';
import { useFusebox } from '../state/fusebox.tsx';
import { text } from '../text/en.ts';
import { RouteResult } from './route-result.tsx';

export interface TryItProps {
  /** The field for the name. */
  field: RefObject<HTMLInputElement | null>;
  question: RouteQuestion;
  onQuestion(question: RouteQuestion): void;
  /** Names to choose from. */
  names: readonly string[];
  answer: RouteView | undefined;
  onExplain(question: RouteQuestion): void;
}

const words = text.models;
const formats = routeFormats.map((value) => ({ value, label: words.formats[value] }));
const surfaces = routeSurfaces.map((value) => ({ value, label: words.surfaces[value] }));

/** Asks where a request for a name would go, by the decision that the gateway follows. */
export function TryIt({ field, question, onQuestion, names, answer, onExplain }: TryItProps) {
  const [isMissing, setMissing] = useState(false);
  const listId = useId();
  const headingId = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const model = question.model.trim();
    setMissing(model === '');
    if (model !== '') onExplain({ ...question, model });
  };
  const { state } = useFusebox();
  return (
    <section aria-labelledby={headingId} className="rounded-lg border border-line bg-surface px-5 py-3">
      <h2 id={headingId} className="font-semibold">
        {words.tryIt}
      </h2>
      <p className="text-sm text-soft">{words.tryHint}</p>
      <form
        onSubmit={submit}
        className="mt-2 grid items-start gap-3 min-[720px]:grid-cols-[minmax(0,1fr)_190px_110px_auto]"
      >
        <TextField
          ref={field}
          list={listId}
          label={words.name}
          error={isMissing ? words.nameMissing : undefined}
          value={question.model}
          onChange={({ target }) => onQuestion({ ...question, model: target.value })}
        />
        <SelectField
          label={words.format}
          options={formats}
          value={question.format}
          onChange={({ target }) => onQuestion({ ...question, format: formatOf(target.value) })}
        />
        <SelectField
          label={words.surface}
          options={surfaces}
          value={question.surface}
          onChange={({ target }) => onQuestion({ ...question, surface: target.value === 'direct' ? 'direct' : 'amp' })}
        />
        <Button type="submit" weight="primary" className="min-[720px]:mt-5">
          {words.explain}
        </Button>
        <datalist id={listId}>
          {names.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </form>
      <div role="status">{answer ? <RouteResult view={answer} providers={state.providers} /> : null}</div>
    </section>
  );
}

function formatOf(value: string): RouteQuestion['format'] {
  return routeFormats.find((format) => format === value) ?? 'anthropic';
}

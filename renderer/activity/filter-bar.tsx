import { type ComponentProps, useEffect, useState } from 'react';
import { hiddenEmails } from '../../preload/hidden-emails.ts';
import type { JournalChoices } from '../../preload/journal-view.ts';
import { outcomes } from '../../preload/outcome.ts';
import { SelectField } from '../shell/select-field.tsx';
import { TextField } from '../shell/text-field.tsx';
import { useFusebox } from '../state/fusebox.tsx';
import { text } from '../text/en.ts';
import { periods, type Wishes } from './request-reading.ts';

export interface FilterBarProps {
  wishes: Wishes;
  choices: JournalChoices | undefined;
  /** Sums know no outcome and no words. */
  sumsOnly: boolean;
  onChange(wishes: Wishes): void;
}

const words = text.activity.filters;
/** Typing is waited for, in milliseconds. */
const typingMs = 200;

/** What of all requests is looked at. */
export function FilterBar({ wishes, choices, sumsOnly, onChange }: FilterBarProps) {
  const outcome = outcomes.find((one) => one === wishes.outcome);
  return (
    <search aria-label={words.label} className="grid shrink-0 grid-cols-3 items-end gap-3 min-[880px]:grid-cols-6">
      <SelectField
        label={words.period}
        value={wishes.period}
        options={periods.map((value) => ({ value, label: text.activity.periods[value] }))}
        onChange={({ target }) =>
          onChange({ ...wishes, period: periods.find((one) => one === target.value) ?? wishes.period })
        }
      />
      <Choice
        label={words.tool}
        values={choices?.tools ?? []}
        value={wishes.tool}
        onChoose={(tool) => onChange({ ...wishes, tool })}
      />
      <Choice
        label={words.account}
        values={choices?.accounts ?? []}
        value={wishes.account}
        onChoose={(account) => onChange({ ...wishes, account })}
      />
      <Choice
        label={words.model}
        values={choices?.models ?? []}
        value={wishes.model}
        onChoose={(model) => onChange({ ...wishes, model })}
      />
      {sumsOnly ? null : (
        <>
          <SelectField
            label={words.outcome}
            value={outcome ?? ''}
            options={[
              { value: '', label: words.any },
              ...outcomes.map((value) => ({ value, label: text.activity.outcomes[value] })),
            ]}
            onChange={({ target }) =>
              onChange({ ...wishes, outcome: outcomes.find((one) => one === target.value) ?? '' })
            }
          />
          <SearchField value={wishes.text} onChange={(said) => onChange({ ...wishes, text: said })} />
        </>
      )}
    </search>
  );
}

interface ChoiceProps {
  label: string;
  values: readonly string[];
  value: string;
  onChoose(value: string): void;
}

function Choice({ label, values, value, onChoose }: ChoiceProps) {
  const { hideEmails: hides } = useFusebox().state;
  // What is chosen stays to be seen, whatever the journal still has of it.
  const all = value === '' || values.includes(value) ? values : [value, ...values];
  return (
    <SelectField
      label={label}
      value={value}
      options={[
        { value: '', label: words.any },
        ...all.map((one) => ({ value: one, label: hides ? hiddenEmails(one) : one })),
      ]}
      onChange={({ target }) => onChoose(target.value)}
    />
  );
}

function SearchField({ value, onChange }: { value: string; onChange(value: string): void }) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const [timer, setTimer] = useState<ReturnType<typeof setTimeout>>();
  useEffect(() => () => clearTimeout(timer), [timer]);
  const type: ComponentProps<'input'>['onChange'] = ({ target }) => {
    setTyped(target.value);
    setTimer(setTimeout(() => onChange(target.value), typingMs));
  };
  return (
    <TextField
      type="search"
      label={words.text}
      placeholder={words.textHint}
      value={typed}
      onChange={type}
      maxLength={300}
    />
  );
}

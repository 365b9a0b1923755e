import { TriangleAlert } from 'lucide-react';
import { useRef, useState } from 'react';
import type { ModelRulesChange, ModelsView } from '../../preload/models-view.ts';
import type { RouteQuestion, RouteView } from '../../preload/route-view.ts';
import { LinkButton } from '../shell/link-button.tsx';
import { TextField } from '../shell/text-field.tsx';
import { useFusebox } from '../state/fusebox.tsx';
import { text } from '../text/en.ts';
import { found } from './model-reading.ts';
import { ModelTable } from './model-table.tsx';
import { aliasForm, chainForm, mappingForm } from './rule-forms.ts';
import { RuleList } from './rule-list.tsx';
import { TryIt } from './try-it.tsx';
import { useModels } from './use-models.ts';

const words = text.models;

/** Every model that can be asked for, where a name would go, and what its owner calls them. */
export function ModelsPage() {
  const { call } = useFusebox();
  const { view, now, save } = useModels();
  const [query, setQuery] = useState('');
  const [question, setQuestion] = useState<RouteQuestion>({ model: '', format: 'anthropic', surface: 'amp' });
  const [answer, setAnswer] = useState<RouteView>();
  const field = useRef<HTMLInputElement>(null);
  const explain = async (asked: RouteQuestion) => {
    setQuestion(asked);
    const result = await call('route.explain', asked);
    setAnswer(result.ok ? result.value : undefined);
  };
  const keep = async (change: ModelRulesChange) => {
    const problem = await save(change);
    // What is said above would not hold any more.
    if (problem === undefined && answer) void explain(answer.asked);
    return problem;
  };
  const tryName = (model: string) => {
    field.current?.focus();
    void explain({ ...question, model });
  };
  if (!view) return null;
  const shown = found(view.models, query);
  return (
    <div className="mx-auto grid max-w-6xl grid-cols-1 gap-5">
      <h1 className="sr-only">{words.heading}</h1>
      <TryIt
        field={field}
        question={question}
        onQuestion={setQuestion}
        names={view.models.flatMap(({ names }) => names)}
        answer={answer}
        onExplain={(asked) => void explain(asked)}
      />
      <section aria-labelledby="models-heading" className="overflow-clip rounded-lg border border-line bg-surface">
        <div className="flex items-end gap-3 px-5 py-2.5">
          <h2 id="models-heading" className="font-semibold">
            {words.all}
          </h2>
          <span role="status" className="flex-1 text-sm text-soft">
            {words.count(shown.length, view.models.length)}
          </span>
          {view.models.length === 0 ? null : (
            <TextField
              type="search"
              label={words.search}
              placeholder={words.searchHint}
              value={query}
              onChange={({ target }) => setQuery(target.value)}
              className="w-64"
            />
          )}
        </div>
        {shown.length > 0 ? <ModelTable models={shown} now={now} onTry={tryName} /> : null}
        {shown.length > 0 ? null : (
          <p className="flex gap-2 px-5 pb-4 text-sm text-soft">
            {query === '' ? words.empty : words.noMatch(query)}
            {query === '' ? null : (
              <LinkButton aria-label={words.tryModel(query)} onClick={() => tryName(query.trim())}>
                {words.tryIt}
              </LinkButton>
            )}
          </p>
        )}
      </section>
      <RuleList form={aliasForm(view.providers)} rows={view.aliases} onSave={(aliases) => keep({ aliases })} />
      <RuleList
        form={mappingForm}
        rows={view.mappings}
        problems={view.mappingProblems}
        onSave={(mappings) => keep({ mappings })}
      />
      <RuleList form={chainForm} rows={view.chains} onSave={(chains) => keep({ chains })} />
      <OwnTable table={view.table} />
    </div>
  );
}

/** Where an owner's own table is looked for, and why it cannot be used. */
function OwnTable({ table: { path, problem } }: { table: ModelsView['table'] }) {
  return (
    <p className="flex items-start gap-2 px-1 text-xs text-soft select-text">
      {problem ? <TriangleAlert aria-hidden="true" className="mt-0.5 size-3.5 shrink-0 text-warn" /> : null}
      {problem ? words.table.problem(`${path}: ${problem}`) : words.table.path(path)}
    </p>
  );
}

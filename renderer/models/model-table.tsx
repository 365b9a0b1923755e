import { CircleCheck, Hourglass } from 'lucide-react';
import type { ModelServerView, ModelView } from '../../preload/models-view.ts';
import { LinkButton } from '../shell/link-button.tsx';
import { text } from '../text/en.ts';
import { isAvailable, limitLines, standingText, thinkingText } from './model-reading.ts';

export interface ModelTableProps {
  models: readonly ModelView[];
  now: number;
  onTry(model: string): void;
}

const { columns } = text.models;
const cell = 'px-2 py-2 align-top first:pl-5 last:pr-5';

/** Every model, who serves it, and whether it can be asked for now. */
export function ModelTable({ models, now, onTry }: ModelTableProps) {
  return (
    <table className="w-full border-collapse text-left text-sm">
      <thead>
        <tr className="border-t border-line text-xs text-soft">
          {Object.entries(columns).map(([name, label]) => (
            <th key={name} scope="col" className={`${cell} font-normal`}>
              {name === 'actions' ? <span className="sr-only">{label}</span> : label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {models.map((model) => (
          <ModelRow key={model.id} model={model} now={now} onTry={onTry} />
        ))}
      </tbody>
    </table>
  );
}

function ModelRow({ model, now, onTry }: { model: ModelView; now: number; onTry(model: string): void }) {
  const { id, displayName, names, contextWindow, maxOutput } = model;
  const [first = id] = names;
  const exact = (range: readonly [number, number]) => [...new Set(range)].map((one) => one.toLocaleString()).join('–');
  return (
    <tr className="border-t border-line">
      <th scope="row" className={`${cell} font-normal`}>
        <span className="block font-medium">{displayName}</span>
        <span className="block text-xs text-soft select-text [overflow-wrap:anywhere]">
          {names.map((name, index) => (
            <span key={name} className="inline-block pr-1">
              {index < names.length - 1 ? `${name},` : name}
            </span>
          ))}
        </span>
      </th>
      <td
        className={`${cell} whitespace-nowrap`}
        title={text.models.exactTokens(exact(contextWindow), exact(maxOutput))}
      >
        {limitLines(model).map((line) => (
          <span key={line} className="block">
            {line}
          </span>
        ))}
      </td>
      <td className={cell}>{thinkingText(model)}</td>
      <td className={cell}>
        <Servers model={model} now={now} />
      </td>
      <td className={`${cell} whitespace-nowrap text-right`}>
        <LinkButton aria-label={text.models.tryModel(first)} onClick={() => onTry(first)}>
          {text.models.tryIt}
        </LinkButton>
      </td>
    </tr>
  );
}

const mostServers = 3;

/** Those that can serve come first. */
function Servers({ model, now }: { model: ModelView; now: number }) {
  const { servers } = model;
  const sorted = [...servers].sort((a, b) => Number(b.standing === 'ready') - Number(a.standing === 'ready'));
  const Icon = isAvailable(model) ? CircleCheck : Hourglass;
  return (
    <div className="flex gap-1.5">
      <Icon
        aria-hidden="true"
        className={`mt-0.5 size-3.5 shrink-0 ${isAvailable(model) ? 'text-good' : 'text-accent-text'}`}
      />
      <ul>
        {sorted.slice(0, mostServers).map((server) => (
          <Server key={server.accountId} server={server} now={now} />
        ))}
        {sorted.length > mostServers ? (
          <li className="text-soft" title={sorted.map(({ label }) => label).join('\n')}>
            {text.models.moreServers(sorted.length - mostServers)}
          </li>
        ) : null}
      </ul>
    </div>
  );
}

function Server({ server, now }: { server: ModelServerView; now: number }) {
  return (
    <li className="break-words" title={server.reason}>
      {server.label} <span className="text-soft">{`${server.providerLabel}, ${standingText(server, now)}`}</span>
    </li>
  );
}

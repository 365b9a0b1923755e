import type { ToolView } from '../../preload/tools-view.ts';
import { useFusebox } from '../state/fusebox.tsx';
import { useNow } from '../state/now.ts';
import { text } from '../text/en.ts';
import { SnippetList } from './snippet-list.tsx';
import { grouped } from './tool-reading.ts';
import { ToolRow } from './tool-row.tsx';
import { useLook } from './use-look.ts';

const words = text.tools;
/** Times are in minutes. */
const renewMs = 20_000;

/** Which programs send their requests here, and what that takes and leaves in their settings. */
export function ToolsPage() {
  const { state, browser } = useFusebox();
  const now = useNow(renewMs);
  useLook();
  const { here, absent } = grouped(state.tools);
  return (
    <div className="mx-auto grid max-w-4xl grid-cols-1 gap-5">
      <h1 className="sr-only">{words.heading}</h1>
      <section aria-labelledby="here-heading" className="overflow-clip rounded-lg border border-line bg-surface">
        <div className="px-5 py-3.5">
          <h2 id="here-heading" className="font-semibold">
            {browser ? words.hereInBrowser : words.here}
          </h2>
          <p className="text-sm text-soft">{here.length === 0 ? words.none : words.hereHint}</p>
        </div>
        <ul>
          {here.map((tool) => (
            <ToolRow key={tool.id} tool={tool} now={now} />
          ))}
        </ul>
      </section>
      {absent.length === 0 ? null : <AbsentTools tools={absent} />}
      <SnippetList />
      <Limits />
    </div>
  );
}

function AbsentTools({ tools }: { tools: readonly ToolView[] }) {
  const { browser } = useFusebox();
  return (
    <section aria-labelledby="absent-heading" className="rounded-lg border border-line bg-surface px-5 py-3.5">
      <h2 id="absent-heading" className="font-semibold">
        {browser ? words.absent.headingInBrowser : words.absent.heading}
      </h2>
      <p className="text-sm text-soft">{words.absent.hint}</p>
      <ul className="mt-2 flex flex-wrap gap-2">
        {tools.map(({ id, label, files }) => (
          <li
            key={id}
            title={files.map(({ path }) => path).join('\n')}
            className="rounded-md border border-line px-2.5 py-1 text-sm text-soft"
          >
            {label}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Limits() {
  return (
    <section aria-labelledby="limits-heading" className="rounded-lg border border-line bg-surface px-5 py-3.5">
      <h2 id="limits-heading" className="font-semibold">
        {words.limits.heading}
      </h2>
      <dl className="mt-1.5 grid gap-1.5 text-sm">
        {words.limits.list.map(({ name, why }) => (
          <div key={name}>
            <dt className="inline font-medium">{name}: </dt>
            <dd className="inline text-soft">{why}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

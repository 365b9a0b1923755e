import type { ToolView } from '../../preload/tools-view.ts';
import { text } from '../text/en.ts';
import { connectedTools, marks } from './tool-reading.ts';
import { useLook } from './use-look.ts';

const words = text.tools;

/** Which tools point here, for the Panel's side. */
export function ConnectedTools({ tools }: { tools: readonly ToolView[] }) {
  useLook();
  const shown = connectedTools(tools);
  return (
    <section aria-labelledby="tools-heading" className="rounded-lg border border-line bg-surface">
      <div className="flex min-h-13 items-center justify-between gap-2 px-4">
        <h2 id="tools-heading" className="font-semibold">
          {words.panel.heading}
        </h2>
        <a
          href="#tools"
          className="rounded text-accent-text text-sm underline decoration-line underline-offset-3 hover:decoration-current"
        >
          {words.panel.open}
        </a>
      </div>
      {shown.length === 0 ? (
        <p className="border-t border-line px-4 py-3 text-sm text-soft">{words.panel.none}</p>
      ) : (
        <ul className="border-t border-line py-1.5">
          {shown.map(({ id, label, status }) => {
            const { icon: Icon, colour } = marks[status];
            return (
              <li key={id} className="flex items-center gap-1.5 px-4 py-1 text-sm">
                <Icon aria-hidden="true" className={`size-3.5 shrink-0 ${colour}`} />
                <span className="flex-1 truncate">{label}</span>
                <span className="text-xs text-soft">{words.panel.word[status]}</span>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

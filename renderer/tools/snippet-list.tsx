import { useEffect, useState } from 'react';
import type { ToolSnippet } from '../../preload/tools-view.ts';
import { CopyButton } from '../shell/link-button.tsx';
import { useFusebox } from '../state/fusebox.tsx';
import { text } from '../text/en.ts';

const words = text.tools.snippets;
/** Stands for the access key: main/tools/snippets.ts. */
const mask = '••••';

/** Lines to paste wherever a tool has no entry of its own. The window never has the key that copying fills in. */
export function SnippetList() {
  const { attempt, call, state, browser } = useFusebox();
  const [snippets, setSnippets] = useState<ToolSnippet[]>([]);
  const { url } = state.gateway;
  const isMasked = snippets.some(({ text: lines }) => lines.includes(mask));
  const hint = browser ? words.hintInBrowser(isMasked ? mask : undefined) : words.hint;
  useEffect(() => {
    if (url !== '') void attempt('tools.snippets', undefined).then((result) => result.ok && setSnippets(result.value));
  }, [attempt, url]);
  return (
    <section aria-labelledby="snippets-heading" className="rounded-lg border border-line bg-surface">
      <div className="px-5 py-3.5">
        <h2 id="snippets-heading" className="font-semibold">
          {words.heading}
        </h2>
        <p className="text-sm text-soft">{hint}</p>
      </div>
      <ul className="grid min-[880px]:grid-cols-2">
        {snippets.map(({ id, label, text: lines }) => (
          <li key={id} className="grid grid-cols-1 content-start gap-1.5 border-t border-line px-5 py-3">
            <div className="flex items-baseline justify-between gap-3">
              <h3 className="font-medium text-sm">{label}</h3>
              <span className="text-sm">
                <CopyButton label={words.copyOf(label)} onCopy={() => call('clipboard.copy-snippet', { id })}>
                  {words.copy}
                </CopyButton>
              </span>
            </div>
            <pre className="rounded-md bg-raised px-3 py-2 font-mono text-xs break-all whitespace-pre-wrap select-text">
              {lines}
            </pre>
          </li>
        ))}
      </ul>
    </section>
  );
}

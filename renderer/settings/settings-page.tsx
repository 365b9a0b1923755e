import { TriangleAlert } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { SettingView } from '../../preload/settings-view.ts';
import { TextField } from '../shell/text-field.tsx';
import { detailLink, useDetail } from '../state/page.ts';
import { text } from '../text/en.ts';
import { foundSettings, type GroupId, grouped } from './setting-groups.ts';
import { plainText } from './setting-reading.ts';
import { SettingRow } from './setting-row.tsx';
import { UpdateRow } from './update-row.tsx';
import { type SaveSetting, useSettings } from './use-settings.ts';

const words = text.settings;

/** Every setting, a group at a time or what a search finds. */
export function SettingsPage() {
  const { description, current, save } = useSettings();
  const [query, setQuery] = useState('');
  const wanted = useDetail();
  const top = useRef<HTMLDivElement>(null);
  // A group begins at its beginning, wherever the one before was left.
  useEffect(() => {
    if (wanted !== undefined) top.current?.scrollIntoView();
  }, [wanted]);
  if (!description || !current) return null;
  // The version is told even where no setting is about it.
  const groups = grouped(description.settings, ['about']);
  const group = groups.find(({ id }) => id === wanted) ?? groups[0];
  const searching = query.trim() !== '';
  const shown = searching ? grouped(foundSettings(description.settings, query)) : group ? [group] : [];
  const count = shown.reduce((sum, { settings }) => sum + settings.length, 0);
  return (
    <div ref={top} className="mx-auto grid max-w-5xl scroll-mt-5 grid-cols-[148px_minmax(0,1fr)] gap-5">
      <div className="col-span-2 flex items-end gap-3">
        <div className="flex-1">
          <h1 className="font-semibold text-lg">{words.heading}</h1>
          <p role="status" className="text-sm text-soft">
            {searching ? words.found(count) : words.hint}
          </p>
        </div>
        <TextField
          type="search"
          label={words.search}
          placeholder={words.searchHint}
          value={query}
          onChange={({ target }) => setQuery(target.value)}
          className="w-64"
        />
      </div>
      <GroupLinks
        groups={groups.map(({ id }) => id)}
        current={searching ? undefined : group?.id}
        onGo={() => setQuery('')}
      />
      <div className="grid content-start gap-5">
        {current.problem ? <SettingsProblem problem={current.problem} /> : null}
        {shown.map(({ id, settings }) => (
          <Group key={id} id={id} settings={settings} values={current.values} save={save} />
        ))}
        {count === 0 ? <p className="text-sm text-soft">{words.noMatch(query.trim())}</p> : null}
        <p className="px-1 text-xs text-soft select-text">
          {words.keptIn(description.file)} {words.secretsKept}
        </p>
      </div>
    </div>
  );
}

interface GroupLinksProps {
  groups: readonly GroupId[];
  current: GroupId | undefined;
  onGo(): void;
}

function GroupLinks({ groups, current, onGo }: GroupLinksProps) {
  return (
    <nav aria-label={words.groupsLabel} className="sticky top-0 grid content-start gap-0.5 self-start">
      {groups.map((id) => (
        <a
          key={id}
          href={detailLink('settings', id)}
          onClick={onGo}
          aria-current={id === current ? 'true' : undefined}
          className="rounded-md px-2.5 py-1.5 text-sm text-soft no-underline hover:bg-raised hover:text-ink aria-[current]:bg-raised aria-[current]:font-medium aria-[current]:text-ink"
        >
          {words.groups[id]}
        </a>
      ))}
    </nav>
  );
}

interface GroupProps {
  id: GroupId;
  settings: readonly SettingView[];
  values: Readonly<Record<string, unknown>>;
  save: SaveSetting;
}

function Group({ id, settings, values, save }: GroupProps) {
  return (
    <section aria-labelledby={`group-${id}`} className="overflow-clip rounded-lg border border-line bg-surface">
      <h2 id={`group-${id}`} className="px-5 py-2.5 font-semibold">
        {words.groups[id]}
      </h2>
      {id === 'about' ? <UpdateRow /> : null}
      <ul>
        {settings.map((setting) => (
          <SettingRow key={setting.key} setting={setting} value={values[setting.key]} save={save} />
        ))}
      </ul>
    </section>
  );
}

function SettingsProblem({ problem }: { problem: string }) {
  return (
    <div role="alert" className="flex items-start gap-3 rounded-md bg-warn-wash px-4 py-3 text-sm">
      <TriangleAlert aria-hidden="true" className="mt-px size-4 shrink-0 text-warn" />
      <p className="whitespace-pre-line">
        <span className="font-medium">{words.problem}</span> {plainText(problem)}
      </p>
    </div>
  );
}

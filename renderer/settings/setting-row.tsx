import { useId } from 'react';
import type { SettingView } from '../../preload/settings-view.ts';
import { LinkButton } from '../shell/link-button.tsx';
import { text } from '../text/en.ts';
import { EntriesField } from './entries-field.tsx';
import { SecretField } from './secret-field.tsx';
import { isChanged, plainText, settingTitle, valueText } from './setting-reading.ts';
import { TextsField } from './texts-field.tsx';
import type { SaveSetting } from './use-settings.ts';
import { ChoiceField, SwitchField, TypedField } from './value-fields.tsx';

const words = text.settings;

export interface SettingRowProps {
  setting: SettingView;
  /** Masked where it is a secret. */
  value: unknown;
  save: SaveSetting;
}

/** What every control gets. */
export interface FieldProps extends SettingRowProps {
  title: string;
  /** Of the line that says what the setting does. */
  aboutId: string;
}

/** One setting: its name, what it does, its default, and the control that changes it in place. */
export function SettingRow({ setting, value, save }: SettingRowProps) {
  const id = useId();
  const title = settingTitle(setting);
  const { about, key, kind, noEffect } = setting;
  const isWide = kind === 'texts' || kind === 'entries';
  const consequence = words.consequences[key];
  return (
    <li
      aria-label={title}
      className={`grid gap-x-6 gap-y-2 border-t border-line px-5 py-3 ${isWide ? '' : 'min-[840px]:grid-cols-[minmax(0,1fr)_minmax(0,248px)]'}`}
    >
      <div className="min-w-0">
        <p className="font-medium">{title}</p>
        <p id={id} className="text-sm text-soft">
          {plainText(about)} {consequence}
        </p>
        {noEffect ? (
          <p className="mt-1 text-sm">
            <span className="font-medium">{words.noEffect}</span> {noEffect}
          </p>
        ) : null}
        <Standing setting={setting} value={value} title={title} save={save} />
      </div>
      <div className={isWide ? '' : 'flex flex-col items-start justify-center min-[840px]:items-end'}>
        <Field setting={setting} value={value} save={save} title={title} aboutId={id} />
      </div>
    </li>
  );
}

/** The key, the default, and the way back to it. */
function Standing({ setting, value, title, save }: SettingRowProps & { title: string }) {
  const standard = valueText(setting, setting.default);
  const canReset = !setting.secret && setting.kind !== 'entries' && !setting.page && isChanged(setting, value);
  return (
    <p className="mt-1 flex flex-wrap gap-x-2 text-xs text-soft">
      <code className="font-sans select-text">{setting.key}</code>
      {setting.page || setting.secret || setting.kind === 'entries' ? null : <span>{words.byDefault(standard)}</span>}
      {canReset ? (
        <LinkButton
          aria-label={words.resetTo(title, standard)}
          onClick={() => void save({ path: setting.path, value: null })}
        >
          {words.reset}
        </LinkButton>
      ) : null}
    </p>
  );
}

function Field(props: FieldProps) {
  const { setting } = props;
  if (setting.page) {
    return (
      <a
        href={`#${setting.page}`}
        className="rounded text-sm text-accent-text underline decoration-line underline-offset-3"
      >
        {words.onModels}
      </a>
    );
  }
  switch (setting.kind) {
    case 'switch':
      return <SwitchField {...props} />;
    case 'choice':
      return <ChoiceField {...props} />;
    case 'texts':
      return <TextsField {...props} />;
    case 'entries':
      return <EntriesField {...props} />;
    case 'number':
      return <TypedField {...props} />;
    case 'text':
      return setting.secret ? <SecretField {...props} /> : <TypedField {...props} />;
  }
}

import { useCallback, useEffect, useState } from 'react';
import type { AccountView } from '../../preload/contract.ts';
import type { ModelRulesChange, ModelsView } from '../../preload/models-view.ts';
import { useFusebox } from '../state/fusebox.tsx';
import { useNow } from '../state/now.ts';

/** Settings and tables may be edited in files, of which nothing is told here; in milliseconds. */
const renewMs = 20_000;

export interface Models {
  /** Undefined until it has been read. */
  view: ModelsView | undefined;
  /** Milliseconds since the Unix epoch. */
  now: number;
  /** Resolves to why the rules could not be kept; undefined when they were. */
  save(change: ModelRulesChange): Promise<string | undefined>;
}

/** The models as the engine has them, read again whenever something about the accounts has changed. */
export function useModels(): Models {
  const { state, attempt } = useFusebox();
  const [view, setView] = useState<ModelsView>();
  const now = useNow(renewMs);
  const load = useCallback(async () => {
    const result = await attempt('models.list', undefined);
    if (result.ok) setView(result.value);
  }, [attempt]);
  const occasion = `${now} ${state.accounts.map(standingOf).join()}`;
  useEffect(() => {
    if (occasion !== '') void load();
  }, [occasion, load]);
  const save = useCallback(
    async (change: ModelRulesChange) => {
      const result = await attempt('models.save', change);
      await load();
      return result.ok ? undefined : result.error.message;
    },
    [attempt, load],
  );
  return { view, now, save };
}

/** What of an account says something about its models; requests come and go. */
function standingOf({ id, status, prefix, cooldowns, reserve }: AccountView): string {
  const standing = status === 'serving' ? 'ready' : status;
  return [id, standing, prefix, ...cooldowns.map(({ only, until }) => `${only} ${until}`), reserve?.until].join(' ');
}

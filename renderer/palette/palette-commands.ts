import type { AppState } from '../../preload/contract.ts';
import { waysToAdd } from '../../preload/ways-to-add.ts';
import type { SignInWish } from '../sign-in/use-sign-ins.ts';
import { text } from '../text/en.ts';

const words = text.palette;

/** What the palette's commands can do. */
export interface PaletteActions {
  /** Absent in a browser, whose page comes from the gateway. */
  start?(): void;
  stop?(): void;
  copyUrl(): void;
  goTo(page: string): void;
  addAccount(wish: SignInWish): void;
  openAccount(id: string): void;
  checkForUpdates(): void;
}

export interface PaletteCommand {
  id: string;
  label: string;
  /** Other words that it is found by. */
  keywords?: string[];
  run(): void;
}

export interface PaletteGroup {
  heading: string;
  commands: PaletteCommand[];
}

/** Every command that applies now; groups without one are left out. */
export function paletteGroups(
  state: Pick<AppState, 'gateway' | 'providers' | 'accounts' | 'update'>,
  pages: readonly { id: string; name: string }[],
  actions: PaletteActions,
): PaletteGroup[] {
  const groups: PaletteGroup[] = [
    { heading: words.gateway, commands: [...switchCommands(state.gateway.status, actions), copyCommand(actions)] },
    {
      heading: words.pages,
      commands: pages.map(({ id, name }) => ({ id: `go ${id}`, label: words.goTo(name), run: () => actions.goTo(id) })),
    },
    { heading: words.add, commands: addCommands(state, actions) },
    {
      heading: words.accounts,
      commands: state.accounts.map(({ id, label, providerLabel }) => ({
        id: `open ${id}`,
        label: words.openAccount(label),
        keywords: [providerLabel],
        run: () => actions.openAccount(id),
      })),
    },
    { heading: words.application, commands: updateCommands(state, actions) },
  ];
  return groups.filter(({ commands }) => commands.length > 0);
}

/** While it starts or stops there is nothing to switch. */
function switchCommands(status: AppState['gateway']['status'], { start, stop }: PaletteActions): PaletteCommand[] {
  if (status === 'running' && stop) return [{ id: 'stop', label: words.stop, run: stop }];
  if ((status === 'stopped' || status === 'failed') && start) return [{ id: 'start', label: words.start, run: start }];
  return [];
}

function copyCommand({ copyUrl }: PaletteActions): PaletteCommand {
  return { id: 'copy', label: words.copyUrl, keywords: [text.endpoint.copyLabel], run: copyUrl };
}

/** Where there is none to look for, there is no command. */
function updateCommands({ update }: Pick<AppState, 'update'>, { checkForUpdates }: PaletteActions): PaletteCommand[] {
  if (!update || update.status === 'off') return [];
  return [{ id: 'update', label: text.settings.update.check, run: checkForUpdates }];
}

function addCommands({ providers }: Pick<AppState, 'providers'>, { addAccount }: PaletteActions): PaletteCommand[] {
  const { signIns, keys } = waysToAdd(providers);
  return [...signIns, ...keys].map(({ provider, method, name }) => ({
    id: `add ${provider} ${method}`,
    label: words.addAccount(name),
    run: () => addAccount({ provider, method }),
  }));
}

import type {
  AccountView,
  AppState,
  CooldownView,
  CredentialFolderState,
  ProviderView,
  ReserveView,
  SignInView,
} from '../../preload/contract.ts';
import type { Account } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import type { Vault } from '../accounts/vault.ts';
import type { AmpModule } from '../amp/index.ts';
import type { Provider, QuotaWindow } from '../providers/contract.ts';
import type { Block } from '../routing/breakers/block.ts';
import type { Reserve } from '../routing/reserve.ts';
import type { Router } from '../routing/router.ts';
import type { SettingsStore } from '../settings/store.ts';
import type { ToolDesk } from '../tools/desk.ts';
import type { AmpCredit } from './amp-credit.ts';
import type { GatewayControl } from './gateway-control.ts';
import type { RequestRecords } from './request-records.ts';

/** What is known of an account beyond its record: live figures, never stored. */
export interface Activity {
  serving: number;
  windows: QuotaWindow[];
  /** Milliseconds since the Unix epoch. */
  windowsAt?: number;
  lastServedAt?: number;
}

export interface StateParts {
  version: string;
  gateway: GatewayControl;
  store: AccountStore;
  providers: ProviderView[];
  signIns(): SignInView[];
  activity: ReadonlyMap<string, Activity>;
  providerOf(account: Account): Provider;
  amp: AmpModule;
  credit: AmpCredit;
  settings: SettingsStore;
  router: Router;
  credentialFolder(): CredentialFolderState;
  vault: Vault;
  records: RequestRecords;
  tools: Pick<ToolDesk, 'views'>;
}

/** The whole state as window, tray and scripts see it. Holds no secret. */
export function buildState(parts: StateParts): AppState {
  const amp = parts.settings.current().ampcode;
  const token = parts.amp.secretSource.describe();
  const lastClient = parts.amp.lastClient();
  const problem = parts.settings.problem();
  const firstUse = parts.credit.firstUseToday();
  return {
    version: parts.version,
    gateway: parts.gateway.state(),
    accounts: parts.store.list().map((account) => {
      const cooldowns = parts.router.blocks(account.id).map(cooldownOf);
      const reserve = reserveView(parts.router.reserve(account));
      return viewOf(account, parts.activity.get(account.id), parts.providerOf(account), cooldowns, reserve);
    }),
    providers: parts.providers,
    signIns: parts.signIns(),
    amp: {
      upstreamUrl: amp['upstream-url'],
      token: token.source,
      ...(token.problem ? { tokenProblem: token.problem } : {}),
      ...(lastClient ? { lastClient } : {}),
      creditRequestsToday: parts.credit.usedToday(),
      creditGuard: amp['credit-guard'],
      ...(firstUse === undefined ? {} : { creditFirstUsedAt: firstUse }),
      creditMode: amp.fallback,
      creditModels: amp['credit-models'],
    },
    vault: { kind: parts.vault.kind, ...(parts.vault.note ? { note: parts.vault.note } : {}) },
    credentialFolder: parts.credentialFolder(),
    ...(problem ? { settingsProblem: problem } : {}),
    hideEmails: parts.settings.current().desktop['hide-emails'],
    journal: parts.records.journal.state(),
    tools: parts.tools.views(),
    recent: parts.records.latest.recent(5),
  };
}

/** An account with its live figures, if there are any. */
export function viewOf(
  account: Account,
  activity: Activity | undefined,
  provider: Provider,
  cooldowns: CooldownView[] = [],
  reserve?: ReserveView,
): AccountView {
  const serving = activity?.serving ?? 0;
  return {
    id: account.id,
    provider: account.provider,
    providerLabel: provider.label,
    kind: account.kind,
    label: account.label,
    ...(account.plan ? { plan: account.plan } : {}),
    status: statusOf(account, serving, cooldowns, reserve),
    priority: account.priority,
    ...(account.stopAt === undefined ? {} : { stopAt: account.stopAt }),
    ...(reserve ? { reserve } : {}),
    ...(account.prefix ? { prefix: account.prefix } : {}),
    ...(account.proxyUrl ? { proxy: withoutCredentials(account.proxyUrl) } : {}),
    serving,
    ...reasonOf(account),
    cooldowns,
    windows: activity?.windows ?? [],
    ...(activity?.windowsAt === undefined ? {} : { windowsAt: activity.windowsAt }),
    ...(activity?.lastServedAt === undefined ? {} : { lastServedAt: activity.lastServedAt }),
  };
}

function reasonOf({ needsSignIn, withdrawn }: Account): { reason?: string } {
  if (needsSignIn) return { reason: needsSignIn };
  return withdrawn ? { reason: 'Its credential file was deleted.' } : {};
}

/** `direct` and `none` are no addresses; of an address only what is not secret. */
function withoutCredentials(proxyUrl: string): string {
  if (!URL.canParse(proxyUrl)) return proxyUrl.includes('@') ? 'set' : proxyUrl;
  const { protocol, host } = new URL(proxyUrl);
  return `${protocol}//${host}`;
}

function cooldownOf({ subject, reason, until, nextProbeAt, said }: Block): CooldownView {
  return { ...(subject ? { only: subject } : {}), reason, until, nextProbeAt, said: said.message };
}

function reserveView(reserve: Reserve | undefined): ReserveView | undefined {
  if (!reserve) return undefined;
  const { window, used, stopAt, until } = reserve;
  return { ...(window.family === undefined ? {} : { only: window.family }), label: window.label, used, stopAt, until };
}

function statusOf(
  account: Account,
  serving: number,
  cooldowns: readonly CooldownView[],
  reserve: ReserveView | undefined,
): AccountView['status'] {
  if (account.needsSignIn !== undefined) return 'needs-sign-in';
  if (account.paused || account.withdrawn) return 'paused';
  if (serving > 0) return 'serving';
  if (cooldowns.some(({ only }) => only === undefined)) return 'cooling';
  return reserve && reserve.only === undefined ? 'reserve' : 'ready';
}

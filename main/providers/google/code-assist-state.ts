import { isObject, isText } from '../oauth/endpoint-call.ts';
import { isWebPage } from './error-body.ts';

export interface Tier {
  /** `free-tier`, `standard-tier`, `legacy-tier`. */
  id: string;
  name?: string;
}

/** What loadCodeAssist tells of an account. */
export interface CodeAssistState {
  /** Absent before the account is set up. */
  currentTier?: Tier;
  /** The subscription that is paid for, if any. */
  paidTier?: Partial<Tier>;
  /** The tier that a new account should take. */
  defaultTier?: string;
  project?: string;
  ineligible: readonly { tierId?: string; code?: string; message?: string; validationUrl?: string }[];
  /** Credits that pay for use beyond the plan; using them costs money. */
  credits?: string;
}

export function stateIn(answer: Record<string, unknown>): CodeAssistState {
  const currentTier = tierIn(answer.currentTier);
  const paid = isObject(answer.paidTier) ? answer.paidTier : undefined;
  const defaultTier = objects(answer.allowedTiers).find(({ isDefault }) => isDefault === true)?.id;
  const project = [answer.cloudaicompanionProject, answer.projectId, answer.project].map(projectIn).find(isText);
  const credits = creditsIn(paid);
  return {
    ...(currentTier ? { currentTier } : {}),
    ...(paid ? { paidTier: { ...text('id', paid.id), ...text('name', paid.name) } } : {}),
    ...(isText(defaultTier) ? { defaultTier } : {}),
    ...(project ? { project } : {}),
    ...(credits ? { credits } : {}),
    ineligible: objects(answer.ineligibleTiers).map((tier) => ({
      ...text('tierId', tier.tierId),
      ...text('code', tier.reasonCode),
      ...text('message', isText(tier.reasonMessage) ? tier.reasonMessage.slice(0, 300) : undefined),
      ...(isWebPage(tier.validationUrl) ? { validationUrl: tier.validationUrl } : {}),
    })),
  };
}

/** A project as its id, or as an object with its id under either name. */
export function projectIn(value: unknown): string | undefined {
  const found = isObject(value) ? [value.id, value.projectId].find(isText) : value;
  return isText(found) ? found : undefined;
}

/** The plan in Google's words where it has some. A hosted domain means that an organisation pays. */
export function planName({ currentTier, paidTier, defaultTier }: CodeAssistState, hostedDomain?: string): string {
  const tier = currentTier?.id ?? defaultTier ?? 'legacy-tier';
  const paid = paidTier?.name;
  if (tier === 'standard-tier') return paid ?? 'Paid';
  if (tier === 'free-tier') return hostedDomain === undefined ? (paid ?? 'Free') : 'Workspace';
  return tier === 'legacy-tier' ? 'Legacy' : (paid ?? currentTier?.name ?? tier);
}

function creditsIn(paid: Record<string, unknown> | undefined): string | undefined {
  const credit = objects(paid?.availableCredits).find(({ creditType }) => creditType === 'GOOGLE_ONE_AI');
  const amount = credit?.creditAmount;
  return typeof amount === 'number' || isText(amount) ? String(amount) : undefined;
}

function tierIn(value: unknown): Tier | undefined {
  return isObject(value) && isText(value.id) ? { id: value.id, ...text('name', value.name) } : undefined;
}

function text<K extends string>(key: K, value: unknown): { [P in K]?: string } {
  return isText(value) ? ({ [key]: value } as { [P in K]?: string }) : {};
}

function objects(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

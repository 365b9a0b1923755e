import type { Account } from '../../accounts/account.ts';
import type { ThinkingLevel, ThinkingSupport } from '../../protocols/thinking-suffix.ts';
import type { ModelInfo } from '../contract.ts';
import { createModelList } from '../model-list.ts';

const plans = ['free', 'team', 'plus', 'pro'] as const;
type Plan = (typeof plans)[number];

const fourLevels: readonly ThinkingLevel[] = ['low', 'medium', 'high', 'xhigh'];
const byFour: ThinkingSupport = { levels: fourLevels, canDisable: false };
const byFive: ThinkingSupport = { levels: [...fourLevels, 'max'], canDisable: false };

/** Tokens of answer, of every model. */
const maxOutput = 128_000;

interface Row {
  id: string;
  displayName: string;
  thinking: ThinkingSupport;
  /** Tokens of context by plan; a plan without the model is missing. */
  context: Partial<Record<Plan, number>>;
}

/** Models of the Codex backend in August 2026; newer ones are served without being listed. */
const rows: readonly Row[] = [
  row('gpt-5.6-sol', 'GPT-5.6 Sol', byFive, { team: 372_000, plus: 372_000, pro: 921_000 }),
  row('gpt-5.6-terra', 'GPT-5.6 Terra', byFive, { free: 372_000, team: 372_000, plus: 372_000, pro: 921_000 }),
  row('gpt-5.6-luna', 'GPT-5.6 Luna', byFive, { free: 372_000, team: 372_000, plus: 372_000, pro: 921_000 }),
  row('gpt-5.5', 'GPT-5.5', byFour, { free: 272_000, team: 272_000, plus: 272_000, pro: 272_000 }),
  row('gpt-5.4', 'GPT-5.4', byFour, { team: 1_050_000, plus: 1_050_000, pro: 1_050_000 }),
  row('gpt-5.4-mini', 'GPT-5.4 Mini', byFour, { free: 400_000, team: 400_000, plus: 400_000, pro: 400_000 }),
  row('gpt-5.3-codex-spark', 'GPT-5.3 Codex Spark', byFour, { plus: 128_000, pro: 128_000 }),
  row('codex-auto-review', 'Codex Auto Review', byFour, { free: 272_000, team: 272_000, plus: 272_000, pro: 272_000 }),
];

const lists = new Map<Plan | undefined, readonly ModelInfo[]>([
  ...plans.map((plan) => [plan, rows.flatMap((one) => infoOf(one, one.context[plan]))] as const),
  // Until the plan is known: what every plan has, with the least that it has there.
  [undefined, rows.filter(isInEveryPlan).flatMap((one) => infoOf(one, Math.min(...Object.values(one.context))))],
]);

/** Ids that OpenAI gives its coding models, so that one newer than the table works on the day it appears. */
const plausibleId = /^(?:gpt-(?:[5-9]|[1-9]\d)(?:[.-][\w.-]+)?|codex-[\w.-]+)$/i;

/** Whom an account may ask for which model. */
export const chatgptModelList = createModelList({
  table: (account) => lists.get(planOf(account)) ?? [],
  unlisted: { contextWindow: 272_000, maxOutput, thinking: byFour },
  plausible(name, account) {
    if (!plausibleId.test(name)) return false;
    // The table knows which of its models the plan lacks.
    return planOf(account) === undefined || !rows.some(({ id }) => id === name.toLowerCase());
  },
});

/** The plan's limits count all models together, but for those that have limits of their own. */
export function familyOf(model: string): string {
  return /spark/i.test(model) ? model.toLowerCase() : 'gpt';
}

/** Plans that are sold under further names. */
function planOf({ plan }: Account): Plan | undefined {
  const name = plan?.toLowerCase() ?? '';
  if (/^(team|business|go|enterprise|edu)/.test(name)) return 'team';
  return plans.find((known) => name.startsWith(known));
}

function isInEveryPlan({ context }: Row): boolean {
  return plans.every((plan) => context[plan] !== undefined);
}

function infoOf({ id, displayName, thinking }: Row, contextWindow: number | undefined): ModelInfo[] {
  return contextWindow === undefined ? [] : [{ id, displayName, contextWindow, maxOutput, thinking }];
}

function row(id: string, displayName: string, thinking: ThinkingSupport, context: Row['context']): Row {
  return { id, displayName, thinking, context };
}

import { SignInError } from '../../accounts/sign-in/flow.ts';
import type { GoogleCaller } from '../google/caller.ts';
import { type CloudProject, listProjects } from '../google/cloud-projects.ts';
import { type OnboardingPace, onboard } from '../google/code-assist.ts';
import type { CodeAssistState } from '../google/code-assist-state.ts';
import { geminiCli } from './code-assist-client.ts';

/** The project that requests are counted by. */
export interface ChosenProject extends CloudProject {
  /** Google's own, in which the owner may neither look nor change anything. */
  managed: boolean;
  /** Already set up for Code Assist. */
  ready: boolean;
}

const automatic: OnboardingPace = { everyMs: 2_000, longestMs: 30_000, most: 16 };
const chosen: OnboardingPace = { everyMs: 5_000, longestMs: 2 * 60_000, most: 25 };
/** How often the owner is asked until they name something that can be a project. */
const mostQuestions = 3;

/**
 * The owner's choice where they have one, else the project that Google keeps for the account, else one that Google makes
 * for it. Throws SignInError.
 */
export async function chooseProject(caller: GoogleCaller, state: CodeAssistState): Promise<ChosenProject> {
  const { project, currentTier } = state;
  const ready = currentTier !== undefined;
  const own = onFreeTier(state) ? [] : await listProjects(caller);
  const others = own.filter(({ id }) => id !== project);
  const name = own.find(({ id }) => id === project)?.name ?? project;
  const named = project && name ? { id: project, name } : undefined;
  if (named && others.length === 0) return { ...named, managed: own.length === 0, ready };
  const made = named || others.length > 0 ? undefined : await makeProject(caller, state);
  if (made !== undefined) return { id: made, name: made, managed: true, ready: true };
  const answer = await ask(caller, named ? [named, ...others] : others);
  return { ...answer, managed: false, ready: ready && answer.id === project };
}

/** Waits until Google has set the account up with the project. Resolves to the project that Google settles on. */
export async function setUp(caller: GoogleCaller, state: CodeAssistState, project: string): Promise<string> {
  const settled = await onboard(caller, geminiCli, { tierId: tierOf(state), project, pace: chosen });
  if (settled === undefined) throw new SignInError('onboarding_failed', 'Google did not finish within two minutes');
  return settled;
}

/** Undefined when Google makes none: paid plans have to name one of their own. */
async function makeProject(caller: GoogleCaller, state: CodeAssistState): Promise<string | undefined> {
  try {
    return await onboard(caller, geminiCli, { tierId: tierOf(state), pace: automatic });
  } catch (error) {
    if (error instanceof SignInError && error.code === 'onboarding_failed' && !error.link) return undefined;
    throw error;
  }
}

async function ask({ context }: GoogleCaller, projects: readonly CloudProject[]): Promise<CloudProject> {
  for (let question = 0; question < mostQuestions; question++) {
    const id = await context.ask({ kind: 'project', projects });
    const listed = projects.find((one) => one.id === id);
    if (listed || isProjectId(id)) return listed ?? { id, name: id };
  }
  throw new SignInError('no_project', 'none was named');
}

/** Letters, digits and hyphens; older ones have a domain in front (`example.com:project`). A number will do too. */
function isProjectId(text: string): boolean {
  return /^[a-z0-9][a-z0-9.:-]{2,98}[a-z0-9]$/.test(text);
}

function onFreeTier({ currentTier, defaultTier }: CodeAssistState): boolean {
  return (currentTier?.id ?? defaultTier) === 'free-tier';
}

function tierOf({ currentTier, defaultTier }: CodeAssistState): string {
  return defaultTier ?? currentTier?.id ?? 'legacy-tier';
}

import { type Answer, jsonAnswer } from '../answer.ts';
import { isObject } from '../json.ts';
import { apiError } from './errors.ts';

/** What Code Assist says of the account; change it before the sign-in. */
export interface CodeAssistAccount {
  /** The answer of loadCodeAssist. */
  state: Record<string, unknown>;
  /** What is left of each model. */
  buckets: object[];
  onboarding: {
    /** onboardUser is done with this call, counted from 1; `never` is never. */
    doneAt: number | 'never';
    /** What it names then; the project that was asked for when absent. */
    project?: unknown;
    /** Refuses to set up without a project of the owner's. */
    needsProject: boolean;
    /** Ends the operation so. */
    error?: object;
  };
}

function defaultCodeAssist(): CodeAssistAccount {
  return {
    state: {
      allowedTiers: [{ id: 'standard-tier', name: 'Gemini Code Assist', isDefault: true }, { id: 'legacy-tier' }],
    },
    buckets: [
      { modelId: 'gemini-2.5-pro', remainingFraction: 0.75, resetTime: '2026-11-23T08:00:00Z' },
      { modelId: 'gemini-2.5-pro', remainingFraction: 0.25, resetTime: '2026-11-22T18:00:00Z' },
      { modelId: 'gemini-2.5-flash', remainingFraction: 1, resetTime: '2026-11-23T08:00:00Z' },
    ],
    onboarding: { doneAt: 1, needsProject: false },
  };
}

const knownTiers = ['free-tier', 'standard-tier', 'legacy-tier'];

/** POST /v1internal:loadCodeAssist and :onboardUser. */
export class CodeAssist {
  account = defaultCodeAssist();
  #calls = 0;

  load(body: unknown): Answer {
    return badMetadata(body) ?? jsonAnswer(200, this.account.state);
  }

  /** Of the account's own project, or of one that it names. */
  quota(body: unknown): Answer {
    const extra = isObject(body) ? Object.keys(body).filter((name) => name !== 'project') : ['no object'];
    return extra.length > 0 ? invalid(extra.join()) : jsonAnswer(200, { buckets: this.account.buckets });
  }

  onboard(body: unknown): Answer {
    const bad = badMetadata(body);
    if (bad || !isObject(body)) return bad ?? invalid('no object');
    const { tierId, cloudaicompanionProject: asked } = body;
    const { doneAt, project, needsProject, error } = this.account.onboarding;
    if (!knownTiers.includes(String(tierId))) return invalid(`tier ${String(tierId)}`);
    if (needsProject && asked === undefined)
      return apiError(400, 'FAILED_PRECONDITION', 'Precondition check failed: a project is required.');
    this.#calls += 1;
    if (error) return jsonAnswer(200, { name: 'operations/1', done: true, error });
    if (doneAt === 'never' || this.#calls < doneAt) return jsonAnswer(200, { name: 'operations/1', done: false });
    this.#calls = 0;
    const named = project ?? (asked === undefined ? undefined : { id: asked, name: String(asked), projectNumber: '1' });
    return jsonAnswer(200, {
      name: 'operations/1',
      done: true,
      response: named === undefined ? {} : { cloudaicompanionProject: named },
    });
  }
}

const programs = [
  '{"ideType":"IDE_UNSPECIFIED","platform":"PLATFORM_UNSPECIFIED","pluginType":"GEMINI"}',
  '{"ideType":"ANTIGRAVITY"}',
];

function badMetadata(body: unknown): Answer | undefined {
  const metadata = isObject(body) ? body.metadata : undefined;
  return programs.includes(JSON.stringify(metadata)) ? undefined : invalid('metadata');
}

function invalid(what: string): Answer {
  return apiError(400, 'INVALID_ARGUMENT', `Request contains an invalid argument: ${what}`);
}

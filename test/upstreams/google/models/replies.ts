import type { Answer, Delivery, EventFormat } from '../../answer.ts';
import { errorInfo, help } from '../errors.ts';

export interface FakeUsage {
  prompt: number;
  cached: number;
  candidates: number;
  thoughts: number;
}

/** An answer of the model; sent as events, as one array or as one object, as the request asks. */
export interface ModelReply {
  kind: 'message';
  /** Shown only to who asks for thoughts, as the real ones are. */
  thinking?: string;
  text?: string;
  /** Picture, as base64. */
  image?: string;
  /** Calls get new ids; older models give none (`null`). */
  toolCalls?: readonly { name: string; input: object; id?: string | null }[];
  /** Default: STOP. */
  finish?: string;
  usage?: Partial<FakeUsage>;
  /** Of the last object with words. */
  grounding?: object;
  /** Characters in each object. Default 12. */
  deltaLength?: number;
  /** Ends the stream with an error in place of the object with this index. */
  errorAt?: { index: number; error: GoogleError };
  format?: EventFormat;
  delivery?: Delivery;
}

export interface GoogleError {
  status: number;
  name: string;
  message: string;
  details?: readonly object[];
}

export type GoogleReply =
  | ModelReply
  | { kind: 'error'; error: GoogleError; headers?: Record<string, string>; delivery?: Delivery }
  /** The prompt itself is blocked. */
  | { kind: 'blocked'; reason: string }
  /** Anything else, byte for byte. */
  | { kind: 'raw'; answer: Answer };

export function says(text: string, more: Omit<ModelReply, 'kind' | 'text'> = {}): ModelReply {
  return { kind: 'message', text, ...more };
}

export function callsTools(
  toolCalls: NonNullable<ModelReply['toolCalls']>,
  more: Omit<ModelReply, 'kind' | 'toolCalls'> = {},
): ModelReply {
  return { kind: 'message', toolCalls, ...more };
}

export function fails(status: number, name: string, message: string, details: readonly object[] = []): GoogleReply {
  return { kind: 'error', error: { status, name, message, details } };
}

/** What an old client of Antigravity gets from a host that has retired it: 200, and this in the model's place. */
export const retired: ModelReply = says(
  'This version of Antigravity is no longer supported. Please update to continue.',
);

/** The kinds of 429 that Google has. */
export type Limit = 'quota-exhausted' | 'per-day' | 'per-minute' | 'rate-limit' | 'capacity' | 'credits' | 'bare';

const retryInfo = (seconds: number) => ({
  '@type': 'type.googleapis.com/google.rpc.RetryInfo',
  retryDelay: `${seconds}s`,
});
const quotaFailure = (quotaId: string) => ({
  '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
  violations: [{ quotaMetric: 'generativelanguage.googleapis.com/generate_requests', quotaId }],
});

export function limited(kind: Limit, delaySeconds?: number): GoogleReply {
  const wait = delaySeconds === undefined ? [] : [retryInfo(delaySeconds)];
  const exhausted = 'You have exhausted your capacity on this model.';
  const details: Record<Limit, readonly object[]> = {
    'quota-exhausted': [
      errorInfo('QUOTA_EXHAUSTED', delaySeconds === undefined ? {} : { quotaResetDelay: `${delaySeconds}s` }),
    ],
    'per-day': [quotaFailure('GenerateRequestsPerDayPerProjectPerModel-FreeTier'), ...wait],
    'per-minute': [quotaFailure('GenerateRequestsPerMinutePerProjectPerModel'), ...wait],
    'rate-limit': [errorInfo('RATE_LIMIT_EXCEEDED'), ...wait],
    capacity: [errorInfo('MODEL_CAPACITY_EXHAUSTED'), ...wait],
    credits: [errorInfo('INSUFFICIENT_G1_CREDITS_BALANCE')],
    bare: [],
  };
  return fails(
    429,
    'RESOURCE_EXHAUSTED',
    kind === 'bare' ? 'Resource has been exhausted (e.g. check quota).' : exhausted,
    details[kind],
  );
}

export const validationPage = 'https://accounts.google.com/signin/continue?verify=1';
export const activationPage = 'https://console.developers.google.com/apis/api/cloudaicompanion.googleapis.com/overview';

export function needsValidation(): GoogleReply {
  return fails(403, 'PERMISSION_DENIED', 'Verify your account to continue.', [
    { ...errorInfo('VALIDATION_REQUIRED'), domain: 'cloudcode-pa.googleapis.com' },
    help(validationPage, 'https://support.google.com/accounts?p=al_alert'),
  ]);
}

export function serviceDisabled(): GoogleReply {
  return fails(
    403,
    'PERMISSION_DENIED',
    'Gemini for Google Cloud API has not been used in project p-1 before or it is disabled.',
    [errorInfo('SERVICE_DISABLED', { activationUrl: activationPage })],
  );
}

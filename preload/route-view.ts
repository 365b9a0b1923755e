import { z } from 'zod';
import type { WireFormatId } from '../main/protocols/wire-format.ts';

/** Where a request would go and why, the same for window, scripts and command line. Holds no secret. */

export const routeFormats = [
  'anthropic',
  'openai-chat',
  'openai-responses',
  'gemini',
] as const satisfies readonly WireFormatId[];

/** The routes that a request may come in on: Amp's own, with its mappings and fallback, or the plain APIs. */
export const routeSurfaces = ['amp', 'direct'] as const;
export type RouteSurface = (typeof routeSurfaces)[number];

export const routeQuestion = z.strictObject({
  /** As a client would ask for it, maybe with a thinking suffix. */
  model: z.string().trim().min(1).max(300),
  format: z.enum(routeFormats).default('anthropic'),
  surface: z.enum(routeSurfaces).default('amp'),
});
export type RouteQuestion = z.infer<typeof routeQuestion>;

export type RouteAttemptView =
  | {
      via: 'account';
      accountId: string;
      label: string;
      /** The provider's id. */
      provider: string;
      /** The upstream's name of it. */
      model: string;
      reason: string;
      /** Skipped unless the attempts before it failed for lack of quota. */
      onlyAfterQuota?: true;
    }
  | { via: 'amp'; model: string; reason: string };

/** An account that serves the model and is not asked. */
export interface NotAskedView {
  accountId: string;
  label: string;
  model: string;
  reason: string;
  /** When it is expected to serve again. */
  until?: number;
  /** When one request may try it, where that is sooner. */
  askableAt?: number;
}

/** Times in milliseconds since the Unix epoch. */
export interface RouteView {
  asked: RouteQuestion;
  /** When it was decided. */
  at: number;
  /** What the mappings of the routes made of the model. */
  mapped?: { model: string; rule: string };
  /** Mappings that match and were passed over, with the reason. */
  passedOver: string[];
  /** In the order to be tried. */
  attempts: RouteAttemptView[];
  notAsked: NotAskedView[];
  /** Nobody is asked before this time. */
  wait?: { until: number; reason: string };
  /** Why nobody is asked: a code of docs/errors.md. */
  refusal?: { code: string; detail: string; retryAt?: number };
}

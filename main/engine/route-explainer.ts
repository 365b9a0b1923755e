import type { RouteQuestion, RouteView } from '../../preload/route-view.ts';
import type { Surface } from '../gateway/inference/surface.ts';
import { splitSuffix } from '../protocols/thinking-suffix.ts';
import { routeView } from '../routing/explain.ts';
import type { AmpFallback } from '../routing/route.ts';
import type { Router } from '../routing/router.ts';

export interface ExplainerParts {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  router: Pick<Router, 'canServe' | 'explain'>;
  surfaces: readonly Surface[];
  /** Whether and how Amp may serve a model that comes in on a surface. */
  ampFallback(surface: Surface, model: string): AmpFallback;
  /** Longest time that a request waits for accounts in all, in milliseconds. */
  maxWaitMs(): number;
}

/** Says where a request would go now and why: the decision that the gateway would follow, without any effect. */
export function createRouteExplainer(parts: ExplainerParts): (question: RouteQuestion) => RouteView {
  const { router, surfaces } = parts;
  return (question) => {
    const { model, format, surface: name } = question;
    const surface = surfaces.find(({ id }) => id === name);
    if (!surface) throw new Error(`There are no routes called ${name}`);
    const resolved = surface.resolveModel(model, (other) => router.canServe(other, format));
    const route = router.explain({
      model: splitSuffix(resolved.model).base,
      wireFormat: format,
      waitLeftMs: parts.maxWaitMs(),
      amp: parts.ampFallback(surface, model),
    });
    return routeView(question, resolved.model, resolved, route, parts.now());
  };
}

import type { ToolView } from '../../../preload/tools-view.ts';
import {
  type ToolConnect,
  type ToolPlan,
  type ToolPlanQuestion,
  type ToolRestore,
  toolCalls,
} from '../../../preload/tools-view.ts';
import { ToolError } from '../../tools/problem.ts';
import { GatewayError } from '../errors.ts';
import type { Handlers, RouteSpec } from './route.ts';

/** What scripts and the command line do with other programs' settings. Rejects with ToolError. */
export interface ToolRouteCalls {
  look(): Promise<void>;
  plan(question: ToolPlanQuestion): Promise<ToolPlan>;
  connect(wish: ToolConnect): Promise<void>;
  restore(wish: ToolRestore): Promise<void>;
  forget(id: string): Promise<void>;
}

const group = 'Tools';
const done = { status: 204, about: 'Done' } as const;

/** They write files of this machine's owner, so only who is on this machine may ask for that. */
export const toolSpecs = {
  list: {
    ...{ method: 'GET', path: '/tools', group, summary: 'Programs that can be pointed here, as their files are now' },
    answer: { status: 200, about: 'A list of ToolView' },
  },
  plan: {
    ...{ method: 'POST', path: '/tools/{id}/plan', group, onlyLocal: true },
    summary: 'What connecting or restoring would write now; secrets are masked',
    body: toolCalls['tools.plan'].omit({ id: true }),
    answer: { status: 200, about: 'ToolPlan' },
  },
  connect: {
    ...{ method: 'POST', path: '/tools/{id}/connect', group, onlyLocal: true },
    summary: 'Points a tool here; what its files were is kept first',
    body: toolCalls['tools.connect'].omit({ id: true }),
    answer: done,
  },
  restore: {
    ...{ method: 'POST', path: '/tools/{id}/restore', group, onlyLocal: true },
    summary: "Puts a tool's files back as they were, without what others have written since",
    body: toolCalls['tools.restore'].omit({ id: true }),
    answer: done,
  },
  forget: {
    ...{ method: 'POST', path: '/tools/{id}/forget', group, onlyLocal: true },
    summary: "Leaves a tool's files as they are, and forgets what they were",
    answer: done,
  },
} as const satisfies Record<string, RouteSpec>;

export function toolHandlers(tools: ToolRouteCalls, views: () => ToolView[]): Handlers<typeof toolSpecs> {
  return {
    async list() {
      await tools.look();
      return views();
    },
    plan: ({ params: { id = '' }, body }) => inWords(tools.plan({ id, ...body })),
    connect: ({ params: { id = '' }, body }) => inWords(tools.connect({ id, ...body })),
    restore: ({ params: { id = '' }, body }) => inWords(tools.restore({ id, ...body })),
    forget: ({ params: { id = '' } }) => inWords(tools.forget(id)),
  };
}

function inWords<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (!(error instanceof ToolError)) throw error;
    const code = error.code === 'tool_unknown' ? 'not_found' : 'tool_refused';
    throw new GatewayError(code, { detail: `${error.message} ${error.fix}` });
  });
}

import type { Engine } from '../../engine.ts';
import { type CallHandlers, CallRefused, type DeskCall } from './call-handlers.ts';
import { journalCalls } from './journal-calls.ts';
import { type SettingsParts, settingsHandlers } from './settings-handlers.ts';

export interface EngineCallParts {
  engine: Engine;
  settings: SettingsParts;
}

/** The calls that an engine carries out by itself, wherever the owner is. */
export function engineCalls({ engine, settings }: EngineCallParts): Omit<CallHandlers, DeskCall> {
  const { signIns, journal, tools } = engine;
  return {
    'state.get': () => engine.state(),
    'gateway.start': async () => started(engine, engine.start()),
    'gateway.stop': async () => done(engine.stop()),
    'gateway.use-port': async ({ port }) => started(engine, engine.usePort(port)),
    'usage.read': () => {
      engine.readUsage();
      return null;
    },
    'models.list': () => engine.models.view(),
    'models.save': async (change) => done(engine.models.save(change)),
    'route.explain': (question) => engine.explainRoute(question),
    'account.pause': async ({ id, paused }) => done(engine.pauseAccount(id, paused)),
    'account.reset': async ({ id }) => done(engine.resetAccount(id)),
    'account.test': ({ id }) => engine.testAccount(id),
    'account.remove': async ({ id }) => done(engine.removeAccount(id)),
    'account.restore': async ({ id }) => {
      if (await engine.restoreAccount(id)) return null;
      throw new CallRefused('too_late', 'The account is gone for good by now.', 'Add it again.');
    },
    'account.update': async ({ id, ...patch }) => done(engine.updateAccount(id, patch)),
    'credentials.settle-originals': async ({ remove }) => done(engine.settleOriginals(remove)),
    // Refusals of sign-ins are SignInErrors, which answer-call.ts puts in words.
    'sign-in.start': ({ provider, method, ...options }) => signIns.start(provider, method, options),
    'sign-in.paste': ({ id, text }) => signIns.paste(id, text),
    'sign-in.submit': ({ id, fields }) => signIns.submit(id, fields),
    'sign-in.answer': ({ id, value }) => signIns.answer(id, value),
    'sign-in.cancel': ({ id }) => signIns.cancel(id),
    ...journalCalls(journal),
    ...settingsHandlers(settings),
    'tools.look': async () => done(tools.look()),
    'tools.plan': (question) => tools.plan(question),
    'tools.connect': async (wish) => done(tools.connect(wish)),
    'tools.restore': async (wish) => done(tools.restore(wish)),
    'tools.forget': async ({ id }) => done(tools.forget(id)),
    'tools.snippets': () => tools.snippets(),
  };
}

async function done(work: Promise<void>): Promise<null> {
  await work;
  return null;
}

/** A start that fails says so in the state, with what to do; the caller gets the same words. */
async function started(engine: Engine, start: Promise<void>): Promise<null> {
  try {
    await start;
    return null;
  } catch (error) {
    const { problem } = engine.state().gateway;
    throw problem ? new CallRefused(problem.code, problem.message, problem.fix) : error;
  }
}

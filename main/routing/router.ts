import type { Account } from '../accounts/account.ts';
import type { WireFormatId } from '../protocols/wire-format.ts';
import type { Fault, QuotaWindow } from '../providers/contract.ts';
import type { Session } from './affinity/session-key.ts';
import { AffinityTable } from './affinity/table.ts';
import { type Block, blockOf, blocksOfAccount } from './breakers/block.ts';
import { type BreakerState, noBreakers, type Target } from './breakers/breaker.ts';
import { admit, type BreakerEvent, reduce } from './breakers/reducer.ts';
import { ModelIndex, type ModelSource } from './model-index.ts';
import { exhaustedKin, type LeftOut, reserveFor } from './outlook.ts';
import { type Reserve, reserveOf, reserveText, stopAtOf } from './reserve.ts';
import { Rotation } from './rotation.ts';
import { type AmpFallback, type LocalRouteAttempt, type Route, route } from './route.ts';
import type { RoutingRules } from './rules.ts';

/** What the router is given: it reads no clock, no file and no setting by itself. */
export interface RouterParts {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** 0 to 1, below 1. */
  random(): number;
  rules(): RoutingRules;
  /** Replaced, never changed, when something about them changes. */
  accounts(): readonly Account[];
  source: ModelSource;
  /** The last reading of an account's limits. */
  windows(accountId: string): readonly QuotaWindow[];
  /** Requests that an account serves now. */
  load(accountId: string): number;
  /** What was saved before, see breakers/saved.ts. */
  breakers?: BreakerState;
  /** Called with every change of the breakers. */
  onChange(state: BreakerState): void;
  /** A request could not go to an account because of its limits: whether they still hold is worth a look. */
  onLimited?(accountId: string): void;
}

export interface RoutedRequest {
  /** The model's name without thinking suffix. */
  model: string;
  wireFormat: WireFormatId;
  session?: Session | undefined;
  /** How long it may still wait, in milliseconds. */
  waitLeftMs: number;
  amp: AmpFallback;
}

/** A request that was let through to an account; its end must be told, or its place as a probe is lost for a while. */
export interface Permit {
  target: Target;
  ticket: number;
}

/** How a call to an account ended; `undecided` when its client left or it was never sent. */
export type CallEnd = { kind: 'served' } | { kind: 'failed'; fault: Fault } | { kind: 'undecided' };

/** What keeps requests for a model from an account. */
export interface Hold {
  standing: 'cooling' | 'reserve';
  /** For people. */
  reason: string;
  /** Milliseconds since the Unix epoch. */
  until: number;
}

/** Keeps what routing has to remember between requests. All decisions are those of `route` and the breakers' reducer. */
export class Router {
  readonly #parts: RouterParts;
  readonly #index: ModelIndex;
  readonly #affinity = new AffinityTable();
  readonly #rotation = new Rotation();
  #breakers: BreakerState;

  constructor(parts: RouterParts) {
    this.#parts = parts;
    this.#index = new ModelIndex(parts.source);
    this.#breakers = parts.breakers ?? noBreakers;
  }

  /** Whether any account could serve a model in a wire format, now or later. */
  canServe(model: string, format: WireFormatId): boolean {
    return this.#serving(model, format).candidates.length > 0;
  }

  /** Whether it matters which conversation a request belongs to: finding that out reads its whole beginning. */
  asksForSession(model: string, format: WireFormatId): boolean {
    const { affinity, chains } = this.#parts.rules();
    return affinity && (this.#serving(model, format).candidates.length > 1 || Object.keys(chains).length > 0);
  }

  /** Decides about a request and counts its turn, so that the next new conversation goes elsewhere. */
  plan(request: RoutedRequest): Route {
    const decided = this.explain(request);
    const { choice, keeping, unavailable } = decided;
    for (const one of unavailable) if (isLimited(one)) this.#parts.onLimited?.(one.accountId);
    if (choice) this.#rotation.count(choice);
    // At once, so that requests of a conversation that come together stay together.
    if (choice && request.session && (keeping?.verdict === 'new' || keeping?.verdict === 'lost'))
      this.#affinity.bind(
        bindingKey(request.session, keeping.group),
        choice.chosen.target.accountId,
        this.#parts.now(),
      );
    return decided;
  }

  /** The same decision, without any effect. */
  explain(request: RoutedRequest): Route {
    const { accounts, rules, windows, load } = this.#parts;
    const now = this.#parts.now();
    const { session, wireFormat } = request;
    return route(
      { model: request.model, sessionSource: session?.source },
      {
        now,
        rules: rules(),
        accounts: accounts(),
        breakers: this.#breakers,
        load,
        windows,
        serving: (model) => this.#serving(model, wireFormat),
        knownModels: () => accounts().flatMap((account) => this.#parts.source.models(account).map(({ id }) => id)),
        binding: (group) => (session ? this.#affinity.get(bindingKey(session, group), now) : undefined),
        turns: (model) => this.#rotation.of(model),
        waitLeftMs: request.waitLeftMs,
        amp: request.amp,
      },
    );
  }

  /** Asks to send a request to an account; undefined when something has come in its way since the plan was made. */
  begin(target: Target): Permit | undefined {
    const { accounts, rules, windows } = this.#parts;
    const now = this.#parts.now();
    const account = accounts().find(({ id }) => id === target.accountId);
    if (account && reserveFor({ account, target }, { windows, rules: rules(), now })) return undefined;
    if (!rules().switchProject && exhaustedKin(target, accounts(), this.#breakers, now)) return undefined;
    const admitted = admit(this.#breakers, target, now);
    if (!admitted) return undefined;
    this.#breakers = admitted.state;
    return { target, ticket: admitted.ticket };
  }

  /**
   * Tells how a call ended. `served` is best told at the first byte, so that others need not wait for the end of the
   * answer; a failure within it may still follow.
   */
  end({ target, ticket }: Permit, end: CallEnd): void {
    if (end.kind === 'served') this.#dispatch({ type: 'served', target, ticket });
    else if (end.kind === 'undecided') this.#dispatch({ type: 'released', target, ticket });
    else {
      const windows = this.#parts.windows(target.accountId);
      this.#dispatch({ type: 'failed', target, ticket, fault: end.fault, windows });
    }
  }

  /** An account has served a conversation, which stays with it unless its own account is only held up. */
  served({ session }: Pick<RoutedRequest, 'session'>, { keeping }: Route, { step, target }: LocalRouteAttempt): void {
    if (!session || !keeping || keeping.step !== step) return;
    const key = bindingKey(session, keeping.group);
    const now = this.#parts.now();
    const { accountId: before = target.accountId, verdict } = keeping;
    const isElsewhere = before !== target.accountId;
    if (isElsewhere && verdict === 'suspended') this.#affinity.suspend(key, now);
    else this.#affinity.bind(key, isElsewhere && verdict === 'busy' ? before : target.accountId, now);
  }

  /** For a look at an account's limits that begins now: what it tells is newer than all that was sent before. */
  ticket(): number {
    this.#breakers = { ...this.#breakers, lastTicket: this.#breakers.lastTicket + 1 };
    return this.#breakers.lastTicket;
  }

  /** Limits as an answer or a usage endpoint told them; `ticket` of the request or the look. */
  reading(accountId: string, windows: readonly QuotaWindow[], ticket: number): void {
    this.#dispatch({ type: 'reading', accountId, windows, ticket });
  }

  /** Closes all breakers of an account, at its owner's wish. */
  reset(accountId: string): void {
    this.#dispatch({ type: 'reset', accountId });
  }

  /** Why a target is held back, for the window. */
  block(target: Target): Block | undefined {
    return blockOf(this.#breakers, target, this.#parts.now());
  }

  /** Why an account is not asked for a model now, and until when; undefined when it may be asked. */
  hold(account: Account, target: Target): Hold | undefined {
    const block = this.block(target);
    if (block) return { standing: 'cooling', reason: block.reason, until: Math.max(block.until, block.nextProbeAt) };
    const { windows, rules } = this.#parts;
    const reserve = reserveFor({ account, target }, { windows, rules: rules(), now: this.#parts.now() });
    return reserve && { standing: 'reserve', reason: reserveText(reserve), until: reserve.until };
  }

  /** Everything that holds an account back, for the window. */
  blocks(accountId: string): Block[] {
    return blocksOfAccount(this.#breakers, accountId, this.#parts.now());
  }

  /** Where an account's owner wants it left alone, for the window: wholly, or else for the models of one family. */
  reserve(account: Account): Reserve | undefined {
    const windows = this.#parts.windows(account.id);
    const stopAt = stopAtOf(account, this.#parts.rules());
    const families = windows.flatMap(({ family }) => (family === undefined ? [] : [family]));
    const now = this.#parts.now();
    for (const family of [undefined, ...families]) {
      const found = reserveOf(windows, family, stopAt, now);
      if (found) return found;
    }
    return undefined;
  }

  #serving(model: string, format: WireFormatId) {
    return this.#index.serving(this.#parts.accounts(), this.#parts.rules(), model, format);
  }

  #dispatch(event: BreakerEvent): void {
    const before = this.#breakers;
    const moment = { now: this.#parts.now(), random: this.#parts.random() };
    this.#breakers = reduce(before, event, moment);
    if (this.#breakers.owners !== before.owners) this.#parts.onChange(this.#breakers);
  }
}

function isLimited({ why, breaker }: LeftOut): boolean {
  return why === 'reserve' || breaker?.cause === 'usage-limit';
}

function bindingKey(session: Session, group: string): string {
  return `${group}\n${session.key}`;
}

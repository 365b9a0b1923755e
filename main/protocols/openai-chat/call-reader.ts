import type { AnswerEvent } from '../answer.ts';
import { isJsonObject, type Json, type JsonObject, stringifyExact } from '../exact-json.ts';
import { objectOf, textOf } from '../json-values.ts';
import { fitToolId } from '../tool-names.ts';
import { createJsonWatch, type JsonWatch } from './json-watch.ts';

interface GrowingCall {
  /** Undefined until it is opened. */
  part?: number;
  isClosed: boolean;
  id: string;
  name: string;
  custom: boolean;
  /** What came before id and name. */
  pending: string;
  watch: JsonWatch;
}

export interface CallReader {
  /** One entry of `tool_calls`; `position` stands in for an index that the server leaves out. */
  read(entry: JsonObject, position: number): AnswerEvent[];
  /** Opens what waits for an id, and closes everything. */
  end(): AnswerEvent[];
  /** Whether a call was made. */
  readonly hasCalls: boolean;
}

/** Ids of servers that send none are made of the answer's own id. */
const longestId = 40;

/** Reads the tool calls of an answer, some of which may grow at the same time. Keeps no arguments. */
export function createCallReader(nextPart: () => number, answerId: () => string): CallReader {
  return new Reader(nextPart, answerId);
}

class Reader implements CallReader {
  readonly #all: GrowingCall[] = [];
  readonly #byIndex = new Map<number, GrowingCall>();
  readonly #nextPart: () => number;
  readonly #answerId: () => string;

  constructor(nextPart: () => number, answerId: () => string) {
    this.#nextPart = nextPart;
    this.#answerId = answerId;
  }

  get hasCalls(): boolean {
    return this.#all.some(({ part }) => part !== undefined);
  }

  read(entry: JsonObject, position: number): AnswerEvent[] {
    const { id, name, input, custom } = readEntry(entry);
    const call = this.#callOf(entry.index, id, name, position);
    call.id ||= id;
    call.name ||= name;
    call.custom ||= custom;
    call.pending += input;
    // An id may come a chunk after the name; once arguments come there will be none.
    const isReady = call.part !== undefined || (call.name !== '' && (call.id !== '' || call.pending !== ''));
    return isReady ? this.#advance(call) : [];
  }

  end(): AnswerEvent[] {
    return this.#all.flatMap((call) => [...(call.name === '' ? [] : this.#advance(call)), ...close(call)]);
  }

  /** Some servers leave the index out, or give the same one to calls of different ids. */
  #callOf(index: Json | undefined, id: string, name: string, position: number): GrowingCall {
    const known = typeof index === 'number' ? this.#byIndex.get(index) : this.#withoutIndex(id, position);
    const isOther = known !== undefined && known.id !== '' && id !== '' && id !== known.id && name !== '';
    if (known && !isOther) return known;
    const call: GrowingCall = { isClosed: false, id, name, custom: false, pending: '', watch: createJsonWatch() };
    this.#byIndex.set(typeof index === 'number' ? index : this.#all.length, call);
    this.#all.push(call);
    return call;
  }

  #withoutIndex(id: string, position: number): GrowingCall | undefined {
    if (id !== '') return this.#all.find((call) => call.id === id);
    return this.#byIndex.get(Math.max(position, this.#all.length - 1));
  }

  #advance(call: GrowingCall): AnswerEvent[] {
    const opening = call.part === undefined ? [...this.#closeWhole(), this.#open(call)] : [];
    const { part, pending } = call;
    call.pending = '';
    if (part === undefined || call.isClosed || pending === '') return opening;
    if (!call.custom) call.watch.push(pending);
    return [...opening, { type: 'delta', part, text: pending }];
  }

  /** Calls whose arguments are whole make room for the next one, so that it can be shown as it grows. */
  #closeWhole(): AnswerEvent[] {
    return this.#all.flatMap((call) => (call.watch.isWhole() ? close(call) : []));
  }

  #open(call: GrowingCall): AnswerEvent {
    call.part = this.#nextPart();
    call.id ||= fitToolId(`call_${call.part}_${this.#answerId()}`, longestId);
    const { id, name } = call;
    const start = { kind: 'tool-call' as const, id, name };
    return { type: 'open', part: call.part, start: call.custom ? { ...start, custom: true } : start };
  }
}

function close(call: GrowingCall): AnswerEvent[] {
  if (call.part === undefined || call.isClosed) return [];
  call.isClosed = true;
  return [{ type: 'close', part: call.part }];
}

function readEntry(entry: JsonObject): { id: string; name: string; input: string; custom: boolean } {
  const custom = entry.type === 'custom' || isJsonObject(entry.custom);
  const tool = isJsonObject(entry.custom) ? entry.custom : objectOf(entry.function);
  return { id: textOf(entry.id), name: textOf(tool.name), input: argumentsOf(tool.input ?? tool.arguments), custom };
}

/** Some servers send the arguments as the object that they are. */
function argumentsOf(value: Json | undefined): string {
  return isJsonObject(value) ? stringifyExact(value) : textOf(value);
}

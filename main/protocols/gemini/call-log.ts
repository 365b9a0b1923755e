interface LoggedCall {
  id: string;
  name: string;
  answered: boolean;
}

/**
 * Gives calls and results that came without ids the ids by which other formats pair them: the same ones for the same
 * history, each result for the oldest call of its name that has none yet.
 */
export class CallLog {
  readonly #calls: LoggedCall[] = [];
  #strangers = 0;

  /** The id of a call; `given` is the client's own. */
  called(name: string, given: string | undefined): string {
    const id = given || `call_${this.#calls.length + 1}_${name.replace(/[^\w-]/g, '_').slice(0, 40)}`;
    this.#calls.push({ id, name, answered: false });
    return id;
  }

  /** The id of the call that a result belongs to; one that no call has where there is none left. */
  answered(name: string, given: string | undefined): string {
    const open = this.#calls.filter(({ answered }) => !answered);
    const call =
      (given && (open.find(({ id }) => id === given) ?? this.#calls.find(({ id }) => id === given))) ||
      open.find((one) => one.name === name);
    if (!call) return given || `result_${++this.#strangers}`;
    call.answered = true;
    return call.id;
  }
}

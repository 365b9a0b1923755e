/**
 * @typedef {import('./load.mjs').Job} Job
 * @typedef {import('./load.mjs').Measured} Measured
 *
 * @typedef {object} Scenario
 * @property {number} number as `--only` takes it
 * @property {string} name
 * @property {string} unit of `rate`
 * @property {Omit<Job, 'url' | 'headers'>} job
 * @property {number} rounds
 * @property {(measured: Measured) => number} rate what is compared
 * @property {{ atLeast: number } | { atMost: number }} target for the ratio to the relay's
 */

/** Events of one streamed answer. */
export const eventCount = 500;

/**
 * The loads of a run.
 * @param {{ quick: boolean, model: string | undefined }} options
 * @returns {Scenario[]}
 */
export function scenarios({ quick, model }) {
  const named = model === undefined ? {} : { model };
  const milliseconds = (/** @type {Measured} */ { medianMs }) => medianMs;
  const rounds = quick ? 3 : 7;
  const large = { ...named, connections: 1, each: quick ? 10 : 30 };
  return [
    {
      number: 1,
      name: 'messages of 2 KB, 32 connections',
      unit: 'requests/s',
      job: { ...named, payload: 'question', connections: 32, seconds: 1 },
      // Short ones: what a virtual machine gets of its processor changes within seconds.
      rounds: quick ? 5 : 25,
      rate: ({ requests, seconds }) => requests / seconds,
      target: { atLeast: 0.7 },
    },
    {
      number: 2,
      name: `200 streams at once, ${eventCount} events each`,
      unit: 'events/s',
      job: { ...named, payload: 'stream', connections: 200, each: 1 },
      rounds,
      rate: ({ requests, seconds }) => (requests * eventCount) / seconds,
      target: { atLeast: 0.8 },
    },
    {
      number: 3,
      name: 'bodies of 4 MB, a conversation',
      unit: 'ms',
      job: { ...large, payload: 'conversation' },
      rounds,
      rate: milliseconds,
      target: { atMost: 1.3 },
    },
    {
      number: 3,
      name: 'bodies of 4 MB, one picture',
      unit: 'ms',
      job: { ...large, payload: 'picture' },
      rounds,
      rate: milliseconds,
      target: { atMost: 1.3 },
    },
  ];
}

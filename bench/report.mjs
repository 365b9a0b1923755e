/**
 * @typedef {import('./compare.mjs').Column} Column
 * @typedef {import('./scenarios.mjs').Scenario} Scenario
 *
 * @typedef {object} Verdict one figure with its target
 * @property {string} figure
 * @property {string} value
 * @property {string} target
 * @property {boolean | undefined} ok undefined when it could not be measured
 */

/**
 * The columns of one scenario, one line a gateway.
 * @param {Scenario} scenario
 * @param {Column[]} columns
 */
export function describeScenario({ name, unit }, columns) {
  const head = ['', unit, 'to the relay', 'p99 ms', 'CPU ms/request', 'failures'];
  const rows = columns.map((column) => [
    column.name,
    rounded(column.rate),
    column.ratio.toFixed(2),
    rounded(column.p99Ms),
    column.cpuMs === undefined ? '-' : column.cpuMs.toFixed(3),
    String(column.failures),
  ]);
  return `${name}\n${table([head, ...rows])}\n`;
}

/**
 * @param {Scenario} scenario
 * @param {Column} column
 * @returns {Verdict}
 */
export function judge({ name, target }, { name: gateway, ratio, failures }) {
  const percent = 'atLeast' in target;
  const show = (/** @type {number} */ value) => (percent ? `${Math.round(value * 100)} %` : `${value.toFixed(2)}×`);
  return {
    figure: `${name}: ${gateway}`,
    value: show(ratio),
    target: 'atLeast' in target ? `≥ ${show(target.atLeast)}` : `≤ ${show(target.atMost)}`,
    ok: failures === 0 && ('atLeast' in target ? ratio >= target.atLeast : ratio <= target.atMost),
  };
}

/**
 * @param {string} figure
 * @param {number | undefined} value
 * @param {{ below: number, unit: string }} target
 * @returns {Verdict}
 */
export function judgeBelow(figure, value, { below, unit }) {
  return {
    figure,
    value: value === undefined ? 'not measured on this system' : `${rounded(value)} ${unit}`,
    target: `< ${below} ${unit}`,
    ok: value === undefined ? undefined : value < below,
  };
}

/** @param {Verdict[]} verdicts */
export function describeVerdicts(verdicts) {
  const rows = verdicts.map(({ figure, value, target, ok }) => [
    figure,
    value,
    target,
    ok === undefined ? '' : ok ? 'pass' : 'MISS',
  ]);
  return table([['', 'measured', 'target', ''], ...rows]);
}

/** @param {string[][]} rows the first column goes left, the others right */
function table(rows) {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const line = (/** @type {string[]} */ row) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ');
  return rows.map((row) => `  ${line(row)}`.trimEnd()).join('\n');
}

/** @param {number} value */
function rounded(value) {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1);
}

import { parseArgs } from 'node:util';

export const help = `npm run bench -- [options]

  --only 1,2              only these scenarios: 1 messages, 2 streams, 3 large bodies, 4 start and memory,
                          5 start with 200 accounts in the keychain (Linux), 6 planning among 200 accounts,
                          7 the journal of requests, 8 translated streams, 9 the desktop application (Linux)
  --quick                 fewer and shorter rounds: a first impression
  --also NAME=URL         puts the same load on another gateway too; may be given several times
  --also-header "N: V"    header for the other gateways, such as an access key; may be given several times
  --upstream-port N       port of the stand-in for Anthropic, so that another gateway can be pointed at it
  --model NAME            model to ask for
  --profile DIR           writes a CPU profile of each Fusebox there
  --json                  prints the figures as JSON
`;

/**
 * @typedef {object} Options
 * @property {boolean} help
 * @property {Set<number>} only
 * @property {boolean} quick
 * @property {{ name: string, url: string }[]} also
 * @property {Record<string, string>} alsoHeaders
 * @property {string} upstreamPort
 * @property {string | undefined} model
 * @property {string | undefined} profile
 * @property {boolean} json
 */

/**
 * @param {string[]} args
 * @returns {Options} throws a readable Error for arguments that make no sense
 */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean', default: false },
      only: { type: 'string', default: '1,2,3,4,5,6,7,8,9' },
      quick: { type: 'boolean', default: false },
      also: { type: 'string', multiple: true, default: [] },
      'also-header': { type: 'string', multiple: true, default: [] },
      'upstream-port': { type: 'string', default: '0' },
      model: { type: 'string' },
      profile: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  return {
    help: values.help,
    only: new Set(values.only.split(',').map(scenarioNumber)),
    quick: values.quick,
    also: values.also.map(otherGateway),
    alsoHeaders: Object.fromEntries(values['also-header'].map(header)),
    upstreamPort: values['upstream-port'],
    model: values.model,
    profile: values.profile,
    json: values.json,
  };
}

/** @param {string} text */
function scenarioNumber(text) {
  const number = Number(text);
  if (![1, 2, 3, 4, 5, 6, 7, 8, 9].includes(number)) throw new Error(`--only takes numbers from 1 to 9, not '${text}'`);
  return number;
}

/** @param {string} text */
function otherGateway(text) {
  const [, name, url] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (!name || !url || !URL.canParse(url)) throw new Error(`--also takes NAME=URL, not '${text}'`);
  return { name, url: url.replace(/\/+$/, '') };
}

/** @param {string} text */
function header(text) {
  const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(text) ?? [];
  if (!name || value === undefined) throw new Error(`--also-header takes "name: value", not '${text}'`);
  return /** @type {const} */ ([name.toLowerCase(), value]);
}

import { BlockList, isIP } from 'node:net';
import type { SettingPath } from './problem.ts';
import type { Settings } from './schema.ts';

/** A setting that does not fit the others. */
export interface Conflict {
  path: SettingPath;
  text: string;
}

/** What a schema cannot say of one value alone. Also to be asked after --host or --port replaced a setting. */
export function findConflicts(settings: Settings): Conflict[] {
  return [...openListener(settings), ...loops(settings), ...badPatterns(settings)];
}

/** Whether only this machine can reach a listener on `host`. Names other than localhost count as reachable. */
function isLoopbackHost(host: string): boolean {
  const name = withoutBrackets(host).toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  const family = isIP(name);
  if (family === 0) return false;
  return loopback().check(name, family === 4 ? 'ipv4' : 'ipv6');
}

function loopback(): BlockList {
  const list = new BlockList();
  list.addSubnet('127.0.0.0', 8, 'ipv4');
  list.addAddress('::1', 'ipv6');
  list.addSubnet('::ffff:127.0.0.0', 104, 'ipv6');
  return list;
}

function openListener({ host, 'api-keys': keys }: Settings): Conflict[] {
  if (keys.length > 0 || isLoopbackHost(host)) return [];
  const text =
    '`host` lets other machines connect, but `api-keys` is empty, so anybody on the network could use your accounts; add a key to `api-keys`, or set `host` to 127.0.0.1';
  return [{ path: ['host'], text }];
}

function loops(settings: Settings): Conflict[] {
  return upstreams(settings)
    .filter(({ url }) => isOwnAddress(url, settings))
    .map(({ path, label }) => ({
      path,
      text: `\`${label}\` is the address Fusebox itself listens on, so requests would go round in a loop; set it to the server that is meant`,
    }));
}

interface Upstream {
  path: SettingPath;
  label: string;
  url: string;
}

function upstreams(settings: Settings): Upstream[] {
  const found: Upstream[] = [
    { path: ['ampcode', 'upstream-url'], label: 'ampcode.upstream-url', url: settings.ampcode['upstream-url'] },
  ];
  const lists = [
    'claude-api-key',
    'codex-api-key',
    'gemini-api-key',
    'vertex-api-key',
    'openai-compatibility',
  ] as const;
  for (const key of lists) {
    for (const [index, entry] of settings[key].entries()) {
      const label = `${key}[${index}].base-url`;
      found.push({ path: [key, index, 'base-url'], label, url: entry['base-url'] ?? '' });
    }
  }
  for (const [provider, endpoint] of Object.entries(settings.endpoints)) {
    for (const [name, url] of Object.entries(endpoint)) {
      if (url) found.push({ path: ['endpoints', provider, name], label: `endpoints.${provider}.${name}`, url });
    }
  }
  return found;
}

function isOwnAddress(url: string, { host, port }: Settings): boolean {
  // Port 0 takes a port that nobody can have written down before.
  if (url === '' || port === 0 || !URL.canParse(url)) return false;
  const target = new URL(url);
  const targetPort = Number(target.port) || (target.protocol === 'https:' ? 443 : 80);
  if (targetPort !== port) return false;
  const name = withoutBrackets(target.hostname).toLowerCase();
  if (name === withoutBrackets(host).toLowerCase()) return true;
  return (isLoopbackHost(host) || isAnyAddress(host)) && (isLoopbackHost(name) || isAnyAddress(name));
}

function isAnyAddress(host: string): boolean {
  return ['0.0.0.0', '::', '::0'].includes(withoutBrackets(host));
}

function badPatterns({ ampcode }: Settings): Conflict[] {
  return ampcode['model-mappings'].flatMap(({ from, regex }, index) => {
    if (!regex || isPattern(from)) return [];
    const label = `ampcode.model-mappings[${index}].from`;
    return [
      { path: ['ampcode', 'model-mappings', index, 'from'], text: `\`${label}\` is not a valid regular expression` },
    ];
  });
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'i') instanceof RegExp;
  } catch {
    return false;
  }
}

function withoutBrackets(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}

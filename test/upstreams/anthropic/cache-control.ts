import { isObject, type JsonObject, objectsIn } from '../json.ts';

const mostBreakpoints = 4;

/** At most four breakpoints, and none of an hour after one of five minutes, in the order tools, system, messages. */
export function cacheError(body: JsonObject): string | undefined {
  const found = breakpoints(body);
  if (found.length > mostBreakpoints) {
    return `A maximum of ${mostBreakpoints} blocks with cache_control may be provided. Found ${found.length}.`;
  }
  let short = false;
  for (const { path, control } of found) {
    if (control.type !== 'ephemeral') return `${path}.cache_control.type: Input should be 'ephemeral'`;
    const ttl = control.ttl ?? '5m';
    if (ttl !== '5m' && ttl !== '1h') return `${path}.cache_control.ephemeral.ttl: Input should be '5m' or '1h'`;
    if (ttl === '1h' && short) {
      return `${path}.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in the following order: \`tools\`, \`system\`, \`messages\`.`;
    }
    short ||= ttl === '5m';
  }
  return undefined;
}

interface Breakpoint {
  path: string;
  control: JsonObject;
}

function breakpoints(body: JsonObject): Breakpoint[] {
  const messages = objectsIn(body.messages).flatMap((message, index) =>
    inBlocks(`messages.${index}.content`, message.content),
  );
  return [...inBlocks('tools', body.tools), ...inBlocks('system', body.system), ...messages];
}

function inBlocks(path: string, blocks: unknown): Breakpoint[] {
  return objectsIn(blocks).flatMap((block, index) => {
    const at = `${path}.${index}`;
    const control = block.cache_control;
    const inner = block.type === 'tool_result' ? inBlocks(`${at}.content`, block.content) : [];
    return isObject(control) ? [{ path: at, control }, ...inner] : inner;
  });
}

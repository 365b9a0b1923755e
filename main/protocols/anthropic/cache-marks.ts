import { isJsonObject, type JsonObject } from '../exact-json.ts';

/** The API takes no more breakpoints than these. */
const most = 4;

/** A request's blocks, in the order in which the API reads them. */
export interface MarkedBody {
  tools: readonly JsonObject[];
  system: readonly JsonObject[];
  messages: readonly JsonObject[];
}

/**
 * Brings the cache breakpoints of a rendered body within the API's rules, in place: four at most, none of an hour behind
 * one of five minutes. A body without any gets two, because subscriptions count cached tokens less. Returns whether a
 * breakpoint of the client's was changed.
 */
export function fitCacheMarks(body: MarkedBody): boolean {
  const messages = body.messages.flatMap(({ content }) => blocksIn(content));
  const marked = [body.tools, body.system, messages].map((blocks) => blocks.filter(isMarked));
  const count = marked.reduce((sum, blocks) => sum + blocks.length, 0);
  if (count === 0) {
    markPrefix(body);
    return false;
  }
  const [tools = [], system = [], said = []] = marked;
  // The last ones cover the most; of the messages the newest do.
  const leastUseful = [...system.slice(0, -1), ...tools.slice(0, -1), ...said, ...tools.slice(-1), ...system.slice(-1)];
  const excess = leastUseful.slice(0, Math.max(0, count - most));
  for (const block of excess) delete block.cache_control;
  const isReordered = shortenLate([...tools, ...system, ...said].filter(isMarked));
  return excess.length > 0 || isReordered;
}

function shortenLate(marked: readonly JsonObject[]): boolean {
  const firstShort = marked.findIndex((block) => !isLong(block));
  const late = firstShort < 0 ? [] : marked.slice(firstShort).filter(isLong);
  for (const block of late) block.cache_control = { type: 'ephemeral' };
  return late.length > 0;
}

function isLong({ cache_control: mark }: JsonObject): boolean {
  return isJsonObject(mark) && mark.ttl === '1h';
}

/** Everything before the conversation, and the conversation so far. */
function markPrefix({ tools, system, messages }: MarkedBody): void {
  const prefix = system.at(-1) ?? tools.at(-1);
  if (prefix) prefix.cache_control = { type: 'ephemeral' };
  const lastSaid = messages.findLast(({ role }) => role === 'user');
  const block = Array.isArray(lastSaid?.content) ? lastSaid.content.at(-1) : undefined;
  if (isJsonObject(block)) block.cache_control = { type: 'ephemeral' };
}

/** Blocks of a message, and those within its tool results. */
function blocksIn(content: JsonObject[string] | undefined): JsonObject[] {
  if (!Array.isArray(content)) return [];
  return content.filter(isJsonObject).flatMap((block) => [...blocksIn(block.content), block]);
}

function isMarked({ cache_control: mark }: JsonObject): boolean {
  return mark !== undefined;
}

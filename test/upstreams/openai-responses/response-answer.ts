import { type Answer, jsonAnswer, renderEvents } from '../answer.ts';
import type { JsonObject } from '../json.ts';
import { errorAnswer } from './errors.ts';
import type { ResponseReply, ResponsesReply } from './replies.ts';
import { type ResponseEvent, responseEvents } from './response-events.ts';
import type { Sealing } from './sealed.ts';

export interface AnswerOptions {
  sealing: Sealing;
  /** Events of one service alone, in front of all others. */
  first?: readonly ResponseEvent[];
}

/** The reply as the request wants it: a stream of events, or one object. */
export function replyAnswer(reply: ResponsesReply, request: JsonObject, options: AnswerOptions): Answer {
  if (reply.kind === 'raw') return reply.answer;
  const delivery = reply.delivery ? { delivery: reply.delivery } : {};
  if (reply.kind === 'error') return { ...errorAnswer(reply.error, reply.headers), ...delivery };
  if (request.stream !== true) {
    const { response } = responseEvents(reply, request, options.sealing);
    return { ...jsonAnswer(200, response, reply.headers), ...delivery };
  }
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream; charset=utf-8', ...reply.headers },
    parts: renderEvents(namedEvents(reply, request, options), reply.format),
    stream: true,
    ...delivery,
  };
}

/** All events of a reply, as a stream or a socket tells them. */
export function namedEvents(
  reply: ResponseReply,
  request: JsonObject,
  { sealing, first = [] }: AnswerOptions,
): { name: string; data: ResponseEvent }[] {
  const { events } = responseEvents(reply, request, sealing);
  return [...first, ...events].map((data) => ({ name: data.type, data }));
}

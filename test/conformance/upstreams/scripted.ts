import { gate } from '../../upstreams/gate.ts';
import type { RecordedRequest } from '../../upstreams/recording.ts';
import type { ScriptedServer } from '../../upstreams/scripted-service.ts';
import type { ConformanceUpstream, Scripted } from '../upstream.ts';

interface Speech<Said> {
  /** The answer in the words of the fake's API. */
  replyOf(scripted: Scripted): Said;
  isGeneration(request: RecordedRequest): boolean;
  /** The part of a stream before which a stalled answer stops. */
  stallsAt: number;
  refuse: ConformanceUpstream['refuse'];
}

/** What every upstream does by way of its fake. */
export function scriptedUpstream<Reply, Said extends Reply & object>(
  fake: ScriptedServer<Reply>,
  { replyOf, isGeneration, stallsAt, refuse }: Speech<Said>,
): Pick<ConformanceUpstream, 'answer' | 'refuse' | 'stall' | 'lastBody' | 'clear' | 'close'> {
  return {
    answer: (scripted) => fake.script(replyOf(scripted)),
    refuse,
    stall() {
      fake.forget();
      const reply = replyOf({ text: 'This will never be said to its end.' });
      fake.script({ ...reply, delivery: { beforePart: { [stallsAt]: gate() } } });
      return { clientGone: fake.received(isGeneration).then(({ done }) => done) };
    },
    lastBody: () => JSON.stringify(fake.requests.findLast(isGeneration)?.json),
    clear: () => fake.clearScript(),
    close: () => fake.close(),
  };
}

/** A reply in the words that most fakes have for it. */
export function messageOf({ thinking, text, calls }: Scripted) {
  return {
    kind: 'message' as const,
    ...(thinking === undefined ? {} : { thinking }),
    ...(text === undefined ? {} : { text }),
    ...(calls ? { toolCalls: calls } : {}),
  };
}

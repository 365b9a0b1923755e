import type { RecordedRequest } from './recording.ts';

/** One scripted reply. */
export interface Step<Reply> {
  reply: Reply;
  /** Which requests it is for. Default: what the fake calls inference. */
  when?: (request: RecordedRequest) => boolean;
  /** How often it is used. Default: once. */
  times?: number;
}

/** Replies in the order they were scripted; each is used for the next request that it is for. */
export class Script<Reply> {
  private steps: { reply: Reply; when: (request: RecordedRequest) => boolean; left: number }[] = [];
  private readonly isInference: (request: RecordedRequest) => boolean;

  constructor(isInference: (request: RecordedRequest) => boolean) {
    this.isInference = isInference;
  }

  add(steps: readonly Step<Reply>[]): void {
    for (const { reply, when = this.isInference, times = 1 } of steps) this.steps.push({ reply, when, left: times });
  }

  take(request: RecordedRequest): Reply | undefined {
    const step = this.steps.find(({ when }) => when(request));
    if (!step) return undefined;
    step.left -= 1;
    if (step.left === 0) this.steps = this.steps.filter((other) => other !== step);
    return step.reply;
  }

  /** Forgets what no request has used. */
  clear(): void {
    this.steps = [];
  }

  /** Replies that no request has used. */
  get unused(): number {
    return this.steps.length;
  }
}

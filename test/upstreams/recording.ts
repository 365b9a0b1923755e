import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { parseBody } from './json.ts';

/** A request as the upstream got it. Body fields are filled when the whole body has arrived. */
export interface RecordedRequest {
  readonly method: string;
  /** Path as sent, without the query. */
  readonly path: string;
  /** Raw query as sent, without the question mark; empty when there is none. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as sent: case, order and repetitions. */
  readonly rawHeaders: readonly string[];
  /** Body as sent (still compressed if it was); empty where only the digest is kept. */
  body: Buffer;
  bodyBytes: number;
  /** Hex SHA-256 of the body as sent. */
  bodySha256: string;
  /** Body as JSON, unpacked first when it was sent with gzip; undefined when it is no JSON, or nested too deep. */
  json: unknown;
  /** The client went away before the answer had ended. */
  aborted: boolean;
  /** What the fake answered; 0 while it has not. */
  status: number;
  /** Resolves when the answer has ended or either side has cut the connection. */
  readonly done: Promise<void>;
}

export interface BodyRules {
  /** Bodies above this many bytes are counted and digested but not kept. Default: all are kept. */
  keepUpTo?: number;
}

type Predicate = (request: RecordedRequest) => boolean;

/** Keeps what came in, and lets tests wait for it instead of sleeping. */
export class Recorder {
  readonly requests: RecordedRequest[] = [];
  private readonly complete = new Set<RecordedRequest>();
  private readonly cutByFake = new WeakSet<ServerResponse>();
  private waiting: { matches: Predicate; resolve: (request: RecordedRequest) => void }[] = [];

  /** Records the head at once and resolves with the record when the body is there. Rejects when the client leaves before. */
  async record(request: IncomingMessage, response: ServerResponse, rules: BodyRules = {}): Promise<RecordedRequest> {
    const record = this.open(request, response);
    await readBody(request, record, rules.keepUpTo ?? Number.POSITIVE_INFINITY);
    this.completed(record);
    return record;
  }

  /** Records a request without a body, such as a WebSocket upgrade. */
  recordHead(request: IncomingMessage, done: Promise<void>): RecordedRequest {
    const record = newRecord(request, done);
    this.requests.push(record);
    this.completed(record);
    return record;
  }

  /** Marks a connection that the fake itself is about to cut: that is no abort of the client's. */
  cuts(response: ServerResponse): void {
    this.cutByFake.add(response);
  }

  /** Resolves with the first whole request that matches, also one that came before the call. */
  received(matches: Predicate = () => true): Promise<RecordedRequest> {
    for (const request of this.complete) if (matches(request)) return Promise.resolve(request);
    return new Promise((resolve) => this.waiting.push({ matches, resolve }));
  }

  /** Forgets what came in so far. */
  forget(): void {
    this.requests.length = 0;
    this.complete.clear();
  }

  private open(request: IncomingMessage, response: ServerResponse): RecordedRequest {
    let finish: () => void = () => {};
    const record = newRecord(
      request,
      new Promise<void>((resolve) => {
        finish = resolve;
      }),
    );
    response.once('close', () => {
      record.aborted = !response.writableFinished && !this.cutByFake.has(response);
      record.status = response.headersSent ? response.statusCode : 0;
      finish();
    });
    this.requests.push(record);
    return record;
  }

  private completed(record: RecordedRequest): void {
    this.complete.add(record);
    const [met, unmet]: [typeof this.waiting, typeof this.waiting] = [[], []];
    for (const waiter of this.waiting) (waiter.matches(record) ? met : unmet).push(waiter);
    this.waiting = unmet;
    for (const waiter of met) waiter.resolve(record);
  }
}

function newRecord(request: IncomingMessage, done: Promise<void>): RecordedRequest {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? '' : target.slice(mark + 1),
    headers: request.headers,
    rawHeaders: request.rawHeaders,
    body: Buffer.alloc(0),
    bodyBytes: 0,
    bodySha256: '',
    json: undefined,
    aborted: false,
    status: 0,
    done,
  };
}

async function readBody(request: IncomingMessage, record: RecordedRequest, keepUpTo: number): Promise<void> {
  const digest = createHash('sha256');
  let kept: Buffer[] = [];
  for await (const piece of request) {
    const bytes: Buffer = piece;
    digest.update(bytes);
    record.bodyBytes += bytes.length;
    if (record.bodyBytes <= keepUpTo) kept.push(bytes);
    else kept = [];
  }
  record.body = Buffer.concat(kept);
  record.bodySha256 = digest.digest('hex');
  record.json = parseBody(unpacked(record).toString('utf8'));
}

function unpacked(record: RecordedRequest): Buffer {
  if (record.headers['content-encoding'] !== 'gzip') return record.body;
  try {
    return gunzipSync(record.body);
  } catch {
    return Buffer.alloc(0);
  }
}

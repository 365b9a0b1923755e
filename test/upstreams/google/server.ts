import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, jsonAnswer } from '../answer.ts';
import { type LocalServer, listenLocally } from '../local-server.ts';
import type { RecordedRequest } from '../recording.ts';
import type { Step } from '../script.ts';
import { type ScriptedServer, ScriptedService } from '../scripted-service.ts';
import { CodeAssist, type CodeAssistAccount } from './code-assist.ts';
import { apiError, errorInfo } from './errors.ts';
import { GoogleOAuth } from './oauth.ts';

/** The service usage API, for one project. */
export type ApiState = 'enabled' | 'disabled' | 'enable-refused' | 'already-enabled' | 'hidden';

export interface FakeGoogle extends Omit<ScriptedServer<Answer>, 'script'> {
  /** For `endpoints` of a provider. */
  endpoints: { api: string; authorize: string; token: string };
  oauth: GoogleOAuth;
  /** What userinfo answers. */
  userinfo: Record<string, unknown>;
  codeAssist: CodeAssistAccount;
  projects: object[];
  /** By project; `enabled` for the others. */
  apis: Map<string, ApiState>;
  /** Answers for the next requests to a path that ends so, before anything else is looked at. */
  script(pathEnd: string, answer: Answer, times?: number): void;
  /** Paths that were called, in order, without their queries. */
  paths(): string[];
  /** Agrees in the name of the owner: what the browser would bring back. */
  agree(url: string): Promise<{ code: string; state: string; error: string }>;
}

/** A strict Google: accounts, tokens, userinfo, Code Assist, resource manager and service usage at one address. */
export async function startFakeGoogle(now: () => number = Date.now): Promise<FakeGoogle> {
  const google = new GoogleService(now);
  const server = await listenLocally({ request: (request, response) => google.handle(request, response) });
  return google.publish(server);
}

const serviceRoute = /^\/v1\/projects\/([^/]+)\/services\/cloudaicompanion\.googleapis\.com(:enable)?$/;

class GoogleService {
  readonly #scripted = new ScriptedService<Answer>(() => true);
  readonly #oauth: GoogleOAuth;
  readonly #codeAssist = new CodeAssist();
  readonly #apis = new Map<string, ApiState>();
  #userinfo: Record<string, unknown> = { id: '1001', email: 'owner@example.com', verified_email: true };
  #projects: object[] = [];

  constructor(now: () => number) {
    this.#oauth = new GoogleOAuth(now);
  }

  publish(server: LocalServer): FakeGoogle {
    const service = this;
    const { origin } = server;
    const scripted = this.#scripted.publish(server);
    return {
      ...scripted,
      endpoints: { api: origin, authorize: `${origin}/o/oauth2/v2/auth`, token: `${origin}/token` },
      oauth: this.#oauth,
      get userinfo() {
        return service.#userinfo;
      },
      set userinfo(userinfo) {
        service.#userinfo = userinfo;
      },
      codeAssist: this.#codeAssist.account,
      get projects() {
        return service.#projects;
      },
      set projects(projects) {
        service.#projects = projects;
      },
      apis: this.#apis,
      script: (pathEnd, reply, times = 1) => scripted.script(endingWith(pathEnd, reply, times)),
      paths: () => this.#scripted.requests.map(({ path }) => path),
      agree,
    };
  }

  handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    return this.#scripted.serve(request, response, (record) => this.#scripted.take(record) ?? this.#answer(record));
  }

  #answer(record: RecordedRequest): Answer {
    const route = `${record.method} ${record.path}`;
    if (route === 'GET /o/oauth2/v2/auth') return this.#oauth.authorize(record);
    if (route === 'POST /token') return this.#oauth.token(record);
    if (!this.#oauth.knows(record))
      return apiError(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
    switch (route) {
      case 'GET /oauth2/v1/userinfo':
      case 'GET /oauth2/v2/userinfo':
        return jsonAnswer(200, this.#userinfo);
      case 'POST /v1internal:loadCodeAssist':
        return this.#codeAssist.load(record.json);
      case 'POST /v1internal:onboardUser':
        return this.#codeAssist.onboard(record.json);
      case 'POST /v1internal:retrieveUserQuota':
        return this.#codeAssist.quota(record.json);
      case 'GET /v1/projects':
        return jsonAnswer(200, { projects: this.#projects });
      default:
        return this.#service(record);
    }
  }

  /** GET services/<api>, and POST services/<api>:enable. */
  #service(record: RecordedRequest): Answer {
    const [, project = '', enable] = serviceRoute.exec(record.path) ?? [];
    if (project === '' || (record.method === 'POST') !== (enable !== undefined))
      return apiError(404, 'NOT_FOUND', 'Requested entity was not found.');
    const state = this.#apis.get(decodeURIComponent(project)) ?? 'enabled';
    const denied = apiError(
      403,
      'PERMISSION_DENIED',
      'Permission denied to enable service [cloudaicompanion.googleapis.com]',
      [errorInfo('AUTH_PERMISSION_DENIED')],
    );
    if (enable === undefined)
      return state === 'hidden' ? denied : jsonAnswer(200, { state: state === 'enabled' ? 'ENABLED' : 'DISABLED' });
    if (state === 'already-enabled')
      return apiError(400, 'FAILED_PRECONDITION', 'Service cloudaicompanion.googleapis.com is already enabled.');
    if (state === 'enable-refused' || state === 'hidden') return denied;
    this.#apis.set(decodeURIComponent(project), 'enabled');
    return jsonAnswer(200, { name: 'operations/2', done: false });
  }
}

function endingWith(end: string, reply: Answer, times: number): Step<Answer> {
  return { reply, times, when: ({ path }) => path.endsWith(end) };
}

async function agree(url: string): Promise<{ code: string; state: string; error: string }> {
  const response = await fetch(url, { redirect: 'manual' });
  const location = response.headers.get('location');
  if (!location) throw new Error(`Google refused the authorize URL: ${await response.text()}`);
  const { searchParams } = new URL(location);
  const field = (name: string) => searchParams.get(name) ?? '';
  return { code: field('code'), state: field('state'), error: field('error') };
}

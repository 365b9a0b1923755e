import { type Answer, jsonAnswer } from '../answer.ts';
import { type Handler, type ServiceCall, type SignInService, startService } from './service.ts';

export interface FakeModelLists extends SignInService {
  /** The one key that each API takes. */
  key: string;
}

/** The model lists of OpenAI's, Anthropic's and Google's API, each strict about where its key is and how it refuses. */
export async function startFakeModelLists(): Promise<FakeModelLists> {
  const key = 'sk-ant-good-0123456789';
  const isBearer = ({ record }: ServiceCall) => record.headers.authorization === `Bearer ${key}`;
  const openai = list(isBearer, 401, (sent) => ({
    error: { message: `Incorrect API key provided: ${sent}`, type: 'invalid_request_error', code: 'invalid_api_key' },
  }));
  const anthropic = list(
    ({ record }) => record.headers['x-api-key'] === key && record.headers['anthropic-version'] === '2023-06-01',
    401,
    () => ({ type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } }),
  );
  const google = list(
    ({ record }) => record.headers['x-goog-api-key'] === key,
    400,
    () => ({
      error: { code: 400, message: 'API key not valid. Please pass a valid API key.', status: 'INVALID_ARGUMENT' },
    }),
  );
  const service = await startService({
    'GET /openai/v1/models': openai,
    'GET /anthropic/v1/models': anthropic,
    'GET /google/v1beta/models': google,
  });
  return { ...service, key };
}

function list(takes: (call: ServiceCall) => boolean, status: number, refusal: (sent: string) => object): Handler {
  return (call): Answer => {
    const sent = call.record.headers.authorization ?? '';
    return takes(call) ? jsonAnswer(200, { data: [] }) : jsonAnswer(status, refusal(sent));
  };
}

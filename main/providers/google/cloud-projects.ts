import { SignInError } from '../../accounts/sign-in/flow.ts';
import { EndpointRefusal, isObject, isText } from '../oauth/endpoint-call.ts';
import { signInFailure, withoutSecrets } from '../oauth/failures.ts';
import { callGoogle, type GoogleCaller } from './caller.ts';
import { googleErrorIn } from './error-body.ts';

export interface CloudProject {
  id: string;
  name: string;
}

/** The API that Code Assist counts and bills use by. */
const assistApi = 'cloudaicompanion.googleapis.com';

/** The owner's projects that are in use. Empty where they cannot be listed: the owner can type one. */
export async function listProjects(caller: GoogleCaller): Promise<CloudProject[]> {
  try {
    const { projects } = await callGoogle(caller, `${caller.hosts.projects}/v1/projects`);
    const found = Array.isArray(projects) ? projects.filter(isObject) : [];
    return found.flatMap(({ projectId: id, name, lifecycleState }) => {
      const inUse = lifecycleState === undefined || lifecycleState === 'ACTIVE';
      return isText(id) && inUse ? [{ id, name: isText(name) ? name : id }] : [];
    });
  } catch {
    caller.context.signal.throwIfAborted();
    return [];
  }
}

/** Turns the API on where it is off. Throws SignInError with the page where the owner can do it. */
export async function enableAssistApi(caller: GoogleCaller, project: string): Promise<void> {
  caller.context.progress('enabling-api');
  const url = `${caller.hosts.services}/v1/projects/${encodeURIComponent(project)}/services/${assistApi}`;
  try {
    if (await isEnabled(caller, url)) return;
    await callGoogle(caller, `${url}:enable`, {});
  } catch (error) {
    if (isAlreadyEnabled(error)) return;
    throw activationFailure(error, project, caller.accessToken);
  }
}

/** Whoever may not look may still be allowed to turn it on, or learn in the refusal where to ask. */
async function isEnabled(caller: GoogleCaller, url: string): Promise<boolean> {
  try {
    return (await callGoogle(caller, url)).state === 'ENABLED';
  } catch (error) {
    if (error instanceof EndpointRefusal) return false;
    throw error;
  }
}

function isAlreadyEnabled(error: unknown): boolean {
  return error instanceof EndpointRefusal && error.status === 400 && /already enabled/i.test(error.text);
}

function activationFailure(error: unknown, project: string, accessToken: string): Error {
  if (!(error instanceof EndpointRefusal)) return signInFailure(error, 'api_disabled');
  const console = `https://console.cloud.google.com/apis/library/${assistApi}?project=${encodeURIComponent(project)}`;
  const said = withoutSecrets(error.message, [accessToken]);
  return new SignInError(
    'api_disabled',
    `Gemini for Google Cloud in ${project}. ${said}`,
    googleErrorIn(error.text).link ?? console,
  );
}

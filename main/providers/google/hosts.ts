import type { ProviderEndpoints } from '../contract.ts';

/** Where Google signs people in and issues tokens, for every client of it. */
export const googleSignIn = {
  authorize: 'https://accounts.google.com/o/oauth2/v2/auth',
  token: 'https://oauth2.googleapis.com/token',
};

/** Where Code Assist answers, the service behind Gemini CLI and Antigravity. */
export const codeAssistApi = 'https://cloudcode-pa.googleapis.com';

/** Origins without a slash at the end. */
export interface GoogleHosts {
  codeAssist: string;
  userinfo: string;
  projects: string;
  services: string;
}

/**
 * The hosts that a sign-in calls besides the ones that settings name. Whoever puts another address in place of one of
 * those (a company's gateway, a test) gets the calls that belong to it too: nothing goes past it to Google.
 */
export function googleHosts({ api, token }: Pick<ProviderEndpoints, 'api' | 'token'>): GoogleHosts {
  const codeAssist = api.replace(/\/+$/, '');
  const isGoogle = codeAssist === codeAssistApi;
  return {
    codeAssist,
    userinfo: token === googleSignIn.token ? 'https://www.googleapis.com' : new URL(token).origin,
    projects: isGoogle ? 'https://cloudresourcemanager.googleapis.com' : codeAssist,
    services: isGoogle ? 'https://serviceusage.googleapis.com' : codeAssist,
  };
}

import { vertexKeyFlow } from '../api-keys/flows.ts';
import type { Provider } from '../contract.ts';
import { googleSignIn } from '../google/hosts.ts';
import { vertexKeyFile } from './key-file.ts';
import { mintToken } from './token.ts';

/** Gemini on Google Cloud: with a service account, whose tokens are made from its key, or with an API key. */
export const vertexProvider: Provider = {
  id: 'vertex',
  label: 'Vertex AI',
  defaultEndpoints: { api: 'https://aiplatform.googleapis.com', ...googleSignIn },
  signIns: [vertexKeyFile, vertexKeyFlow],
  // A token costs nothing and replaces no other one: each is used until a minute before its end.
  refreshLeadMs: 60_000,
  refresh: (_account, secret, context) => mintToken(secret, context),
};

import { createPrivateKey } from 'node:crypto';
import { stripVTControlCharacters } from 'node:util';
import type { StoredAccount } from '../account.ts';
import { CredentialProblem, credentialFields, isRecord, textField } from './fields.ts';
import { tokenAccount } from './token-account.ts';

/** Google's name for "no region in particular" is `global`; this is where most models are. */
const defaultLocation = 'us-central1';

/**
 * Reads a Google service account: Google's own key file, or CLIProxyAPI's `type: vertex` around one. Throws
 * CredentialProblem when the key is missing or cannot sign.
 */
export function readServiceAccount(raw: Record<string, unknown>): StoredAccount[] {
  const fields = credentialFields(raw);
  const key = isRecord(fields.service_account) ? fields.service_account : raw;
  const project = textField(fields, 'project_id') ?? textField(key, 'project_id');
  if (!project) throw new CredentialProblem('its project_id is missing');
  const email = textField(key, 'client_email') ?? textField(fields, 'email');
  const location = textField(fields, 'location')?.toLowerCase() ?? defaultLocation;
  // It becomes part of a host name.
  if (!/^[a-z]+(-[a-z0-9]+)*$/.test(location)) throw new CredentialProblem('its location is no region of Google Cloud');
  const privateKey = repairedKey(textField(key, 'private_key'));
  return [
    tokenAccount(fields, {
      provider: 'vertex',
      fallbackLabel: `Vertex ${project}`,
      identity: { ...(email ? { email } : {}), organizationId: project },
      attributes: {
        project,
        location,
        tokenEndpoint: textField(key, 'token_uri'),
      },
      secret: { serviceAccountKey: JSON.stringify({ ...key, private_key: privateKey, project_id: project }) },
    }),
  ];
}

/** A PEM key whose line breaks, colours or carriage returns a terminal or an editor has spoiled. PKCS#8 and PKCS#1. */
function repairedKey(text: string | undefined): string {
  if (!text) throw new CredentialProblem('its private_key is missing');
  const clean = stripVTControlCharacters(text).replace(/\\n/g, '\n').replace(/\r/g, '');
  const [, kind, body] = /-----BEGIN ((?:RSA )?PRIVATE KEY)-----([\s\S]+?)-----END \1-----/.exec(clean) ?? [];
  if (!kind || !body) throw new CredentialProblem('its private_key is no PEM key');
  const lines = body.replace(/\s+/g, '').match(/.{1,64}/g) ?? [];
  const pem = `-----BEGIN ${kind}-----\n${lines.join('\n')}\n-----END ${kind}-----\n`;
  try {
    createPrivateKey(pem);
    return pem;
  } catch {
    throw new CredentialProblem('its private_key cannot be read');
  }
}

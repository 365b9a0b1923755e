import type { StoredAccount } from '../../accounts/account.ts';
import { CredentialProblem } from '../../accounts/credentials/fields.ts';
import { readServiceAccount } from '../../accounts/credentials/vertex.ts';
import { type FlowContext, type KeyFlow, SignInError } from '../../accounts/sign-in/flow.ts';
import { objectIn } from '../../protocols/json-text.ts';
import { RefreshError } from '../contract.ts';
import { mintToken } from './token.ts';

/** Adding a Google service account by its key file, which is tried out with one token. */
export const vertexKeyFile: KeyFlow = {
  method: 'file',
  fields: [
    { name: 'key-file', kind: 'file', required: true },
    { name: 'location', kind: 'text', required: false },
  ],
  finish,
};

async function finish(input: Readonly<Record<string, string>>, context: FlowContext): Promise<StoredAccount> {
  const { account, secret } = read(input['key-file'] ?? '', input.location);
  context.progress('exchanging-code');
  try {
    const { accessToken, expiresAt } = await mintToken(secret, context);
    return {
      account: { ...account, ...(expiresAt === undefined ? {} : { expiresAt }) },
      secret: { ...secret, accessToken },
    };
  } catch (error) {
    throw error instanceof RefreshError
      ? new SignInError(
          error.final ? 'bad_input' : 'network',
          error.final ? `key-file: ${error.message}` : error.message,
        )
      : error;
  }
}

/** `location` wins over the one in the file. Throws SignInError that names the field. */
function read(file: string, location: string | undefined): StoredAccount {
  const raw = objectIn(file.replace(/^\uFEFF/, ''));
  if (!raw) throw new SignInError('bad_input', 'key-file: it is not valid JSON');
  try {
    const [stored] = readServiceAccount(location ? { ...raw, location } : raw);
    if (stored) return stored;
  } catch (error) {
    if (!(error instanceof CredentialProblem)) throw error;
    throw new SignInError('bad_input', `${/location/.test(error.message) ? 'location' : 'key-file'}: ${error.message}`);
  }
  throw new SignInError('bad_input', 'key-file: it holds no service account');
}

import { createHmac, randomBytes } from 'node:crypto';

/** Reasoning that only its maker can read, as `encrypted_content` carries it. */
export interface Sealing {
  seal(text: string): string;
  /** Whether it is one of this maker's. */
  isOwn(sealed: string): boolean;
}

/** As GPT models do it: a Fernet token, of which only the frame is real. */
export const gptSealing: Sealing = sealing(Buffer.from([0x80, 0, 0, 0, 0, 0x6a, 0, 0, 0]), 'base64url');

/** As xAI does it: bytes that look like nobody else's. */
export const xaiSealing: Sealing = sealing(Buffer.from([0x07]), 'base64');

function sealing(head: Buffer, encoding: 'base64' | 'base64url'): Sealing {
  const sign = (content: Buffer) => createHmac('sha256', 'the fake holds the key').update(content).digest();
  return {
    seal(text) {
      const content = Buffer.concat([head, randomBytes(16), sign(Buffer.from(text))]);
      return Buffer.concat([content, sign(content)]).toString(encoding);
    },
    isOwn(sealed) {
      const bytes = Buffer.from(sealed, encoding);
      const content = bytes.subarray(0, -32);
      return content.subarray(0, head.length).equals(head) && bytes.subarray(-32).equals(sign(content));
    },
  };
}

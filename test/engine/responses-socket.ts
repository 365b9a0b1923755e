import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { Account } from '../../main/accounts/account.ts';
import { MemoryVault } from '../../main/accounts/vault.ts';
import { type FakeCodex, type FakeCodexOptions, startFakeCodex } from '../upstreams/codex/server.ts';
import { type Running, type Setup, startEngine } from './harness.ts';

export type Frame = Record<string, unknown> & { type: string };

export interface SocketClient {
  ws: WebSocket;
  frames: Frame[];
  send(frame: object | string): void;
  /** The frames of the next turn, up to the one that ends it. */
  turn(): Promise<Frame[]>;
  /** Resolves with the code of the close. */
  closed: Promise<number>;
}

const lasts = new Set(['response.completed', 'response.incomplete', 'response.failed', 'error']);

/** A client of `ws`, connected. Rejects with `Unexpected server response: <status>` when the upgrade is refused. */
export async function connectSocket(
  url: string,
  path = '/v1/responses',
  headers: Record<string, string> = {},
): Promise<SocketClient> {
  const ws = new WebSocket(`${url.replace('http', 'ws')}${path}`, { headers });
  onTestFinished(() => ws.terminate());
  const frames: Frame[] = [];
  let read = 0;
  let wake = () => {};
  ws.on('message', (data) => {
    frames.push(JSON.parse(String(data)) as Frame);
    wake();
  });
  const closed = new Promise<number>((resolve) => {
    ws.on('close', (code) => {
      resolve(code);
      wake();
    });
  });
  await once(ws, 'open');
  return {
    ws,
    frames,
    closed,
    send: (frame) => ws.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    async turn() {
      for (;;) {
        const end = frames.findIndex(({ type }, at) => at >= read && lasts.has(type));
        if (end >= 0) {
          const taken = frames.slice(read, end + 1);
          read = end + 1;
          return taken;
        }
        if (ws.readyState !== WebSocket.OPEN) throw new Error(`closed after ${JSON.stringify(frames.slice(read))}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

export interface WithCodex extends Running {
  codex: FakeCodex;
}

/** An engine with one account of the fake Codex backend for each of its own; they take WebSockets. */
export async function startWithCodex(
  options: FakeCodexOptions = {},
  setup: Setup = {},
  account: Partial<Account> = { attributes: { websockets: 'true' } },
): Promise<WithCodex> {
  const codex = await startFakeCodex(options);
  onTestFinished(() => codex.close());
  const vault = new MemoryVault();
  for (const [index, { accessToken, accountId }] of codex.accounts.entries()) {
    const stored = {
      id: `codex-${index}`,
      provider: 'chatgpt',
      kind: 'oauth',
      source: 'vault',
      label: `codex-${index}`,
      organizationId: accountId,
      plan: 'plus',
      paused: false,
      priority: -index,
      expiresAt: Date.now() + 30 * 86_400_000,
      ...account,
    };
    await vault.set(
      `account:codex-${index}`,
      JSON.stringify({ version: 1, account: stored, secret: { accessToken, refreshToken: 'none' } }),
    );
  }
  const settings = { endpoints: { chatgpt: { api: codex.url } }, ...setup.settings };
  const running = await startEngine({ signedIn: false, vault, ...setup, settings });
  return { ...running, codex };
}

/** A request of the Responses API as a frame. */
export const create = (model: string, text: string, more: object = {}) => ({
  type: 'response.create',
  model,
  instructions: '',
  store: false,
  input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text }] }],
  ...more,
});

/** What the model said in a turn. */
export function textOf(frames: readonly Frame[]): string {
  return frames.flatMap(({ type, delta }) => (type === 'response.output_text.delta' ? [String(delta)] : [])).join('');
}

/** Id of the answer that a turn ended with. */
export function responseId(frames: readonly Frame[]): string {
  return String((frames.at(-1)?.response as { id?: string } | undefined)?.id);
}

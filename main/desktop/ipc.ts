import type { IpcMain, IpcMainInvokeEvent } from 'electron';
import { type AnsweringParts, answerCall, refusal } from '../engine/calls/answer-call.ts';

/** Channels of the bridge; preload/index.ts knows the same names. */
const callChannel = 'fusebox:call';
export const stateChannel = 'fusebox:state';
export const revealChannel = 'fusebox:reveal';

export interface CallServer extends AnsweringParts {
  /** Whether the sender is the main frame of our window, on our page. */
  isOurs(event: IpcMainInvokeEvent): boolean;
}

/** Answers the window's calls; anybody else's are refused. */
export function serveCalls(ipcMain: IpcMain, server: CallServer): void {
  ipcMain.handle(callChannel, (event, name: unknown, argument: unknown) =>
    server.isOurs(event) ? answerCall(server, name, argument) : refusal('forbidden', 'This page may not call Fusebox.'),
  );
}

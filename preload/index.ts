import { contextBridge, ipcRenderer } from 'electron';
import type { AppState, Bridge, RevealTarget } from './contract.ts';

// Kept until the page listens: the window may have been opened to show this very thing.
let revealed: RevealTarget | undefined;
let reveal = (target: RevealTarget) => {
  revealed = target;
};
ipcRenderer.on('fusebox:reveal', (_event, target: RevealTarget) => reveal(target));

// A sandboxed preload script cannot import files: the channel names are those of main/desktop/ipc.ts.
const bridge: Bridge = {
  call: (name, argument) => ipcRenderer.invoke('fusebox:call', name, argument),
  onState(listener) {
    const receive = (_event: unknown, state: AppState) => listener(state);
    ipcRenderer.on('fusebox:state', receive);
    return () => ipcRenderer.removeListener('fusebox:state', receive);
  },
  onReveal(listener) {
    const keep = reveal;
    reveal = listener;
    if (revealed !== undefined) listener(revealed);
    revealed = undefined;
    return () => {
      reveal = keep;
    };
  },
};

contextBridge.exposeInMainWorld('fusebox', bridge);

import { contextBridge, ipcRenderer } from 'electron';
import type { AppState, Bridge } from './contract.ts';

// A sandboxed preload script cannot import files: the two channel names are those of main/desktop/ipc.ts.
const bridge: Bridge = {
  call: (name, argument) => ipcRenderer.invoke('fusebox:call', name, argument),
  onState(listener) {
    const receive = (_event: unknown, state: AppState) => listener(state);
    ipcRenderer.on('fusebox:state', receive);
    return () => ipcRenderer.removeListener('fusebox:state', receive);
  },
};

contextBridge.exposeInMainWorld('fusebox', bridge);

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { Bridge } from '../preload/contract.ts';
import { App } from './app.tsx';
import './theme.css';

declare global {
  interface Window {
    /** Put there by preload/index.ts. */
    fusebox: Bridge;
  }
}

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App bridge={window.fusebox} />
    </StrictMode>,
  );
}

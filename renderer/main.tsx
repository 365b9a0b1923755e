import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { Bridge } from '../preload/contract.ts';
import { App } from './app.tsx';
import { httpCarrier } from './browser/carrier.ts';
import './theme.css';
import './contrast.css';

declare global {
  interface Window {
    /** Put there by preload/index.ts; absent in a browser. */
    fusebox?: Bridge;
  }
}

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App carrier={window.fusebox ?? httpCarrier()} />
    </StrictMode>,
  );
}

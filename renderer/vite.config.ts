import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  // The page is at fusebox://app/ in the application, and at /ui/ in a browser.
  base: './',
  plugins: [react(), tailwindcss()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    // The oldest Electron that Fusebox runs on is 33.
    target: 'chrome130',
    // The policy of the page allows no inline scripts, and no data: addresses but for pictures.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // One file, read from the disk: splitting it would gain nothing.
    chunkSizeWarningLimit: 1200,
  },
});

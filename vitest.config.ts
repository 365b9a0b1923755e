import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    exclude: ['test/clients/**', 'test/desktop/**', 'node_modules/**'],
    testTimeout: 15_000,
    pool: 'threads',
  },
});

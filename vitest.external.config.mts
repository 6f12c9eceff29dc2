import { defineConfig } from 'vitest/config';

/** Tests that need programs which are no packages of npm: Debian's `prometheus` and `python3-prometheus-client`. */
export default defineConfig({
  test: {
    include: ['test/external/**/*.external.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

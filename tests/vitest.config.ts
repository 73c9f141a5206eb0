import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['tests/{unit,contract,integration,attack}/**/*.test.ts', 'tests/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    restoreMocks: true,
    // Most of the time of a test here is waiting for processes and containers: two files at a time also on two cores.
    maxWorkers: 2,
  },
})

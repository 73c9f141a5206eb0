import { defineConfig } from 'vitest/config'

/** What loads a server until it gives way, and measures how others fare: nothing may run beside it. */
const ALONE = ['tests/attack/hostile.test.ts']

const root = new URL('..', import.meta.url).pathname
const common = { testTimeout: 60_000, hookTimeout: 120_000, restoreMocks: true }
/** They leave nothing behind, so that files may share a worker and the modules in it: half the processor time. */
const PURE = ['tests/unit/**/*.test.ts', 'tests/*.test.ts']
/** Measured by the memory of their worker, which must be their own. */
const BY_MEMORY = ['tests/unit/client/{bounded,use-page}.test.ts']
const include = [...BY_MEMORY, 'tests/{contract,integration,attack}/**/*.test.ts']

export default defineConfig({
  root,
  test: {
    // Most of the time of a test here is waiting for processes and containers: more files at a time than the machine has cores.
    maxWorkers: 4,
    projects: [
      {
        root,
        test: {
          ...common,
          name: 'pure',
          include: PURE,
          exclude: BY_MEMORY,
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      { root, test: { ...common, name: 'together', include, exclude: ALONE, sequence: { groupOrder: 0 } } },
      { root, test: { ...common, name: 'alone', include: ALONE, sequence: { groupOrder: 1 } } },
    ],
  },
})

import { defineConfig } from 'vitest/config'

/** What loads a server until it gives way, and measures how others fare: nothing may run beside it. */
const ALONE = ['tests/attack/hostile.test.ts']

const root = new URL('..', import.meta.url).pathname
const common = { testTimeout: 60_000, hookTimeout: 120_000, restoreMocks: true }
/** They leave nothing behind, so that files may share a worker and the modules in it: half the processor time. */
const PURE = ['tests/unit/**/*.test.ts', 'tests/*.test.ts']
/** Measured by the memory of their worker, or with a module or the environment of it replaced: it must be their own. */
export const OWN_WORKER = [
  'tests/unit/client/bounded.test.ts',
  'tests/unit/client/use-page.test.ts',
  'tests/unit/cluster-docker/engine-address.test.ts',
  'tests/unit/components/inspector/sheet.test.ts',
]
const include = [...OWN_WORKER, 'tests/{contract,integration,attack}/**/*.test.ts']

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
          exclude: OWN_WORKER,
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      { root, test: { ...common, name: 'together', include, exclude: ALONE, sequence: { groupOrder: 0 } } },
      { root, test: { ...common, name: 'alone', include: ALONE, sequence: { groupOrder: 1 } } },
    ],
  },
})

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { tracked } from './sources.ts'
import { OWN_WORKER } from './vitest.config.ts'

/** What a file does to all that run after it in the same worker, or what others do to it. */
const NEEDS_IT = /\bvi\.(mock|doMock|stubGlobal|stubEnv|resetModules)\(|\bmemoryUsage\(/

test('a unit test that replaces a module or measures memory has a worker of its own', () => {
  const unit = tracked().filter((path) => /^tests\/unit\/.*\.test\.ts$/.test(path))
  const needing = unit.filter((path) => NEEDS_IT.test(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')))
  expect(needing).toEqual(OWN_WORKER.toSorted())
})

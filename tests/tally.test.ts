import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { counted, readPlaywrightReport } from './reports.ts'
import { tallyOf } from './tally.ts'

const folder = mkdtempSync(join(tmpdir(), 'report-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('what is left out is counted as skipped, and named', () => {
  const counts = counted(3, [], ['a test of the engine'])
  expect(tallyOf({ counts }, false)).toEqual({
    ...{ passed: 3, failed: 0, skipped: 1 },
    lines: ['left out: a test of the engine'],
  })
  expect(tallyOf({ counts: counted(0), leftOut: 'no browser' }, false)).toEqual({
    ...{ passed: 0, failed: 0, skipped: 1 },
    lines: ['left out: no browser'],
  })
})

test('where Docker is required, a test or a step that was left out has failed', () => {
  const skipped = tallyOf({ counts: counted(3, ['broken'], ['a test of nginx']) }, true)
  expect(skipped).toMatchObject({ passed: 3, failed: 2, skipped: 0 })
  expect(skipped.lines).toEqual(['failed: left out although Docker is required: a test of nginx', 'failed: broken'])
  expect(tallyOf({ counts: counted(0), leftOut: 'no browser' }, true)).toMatchObject({ failed: 1, skipped: 0 })
})

test('a test in the browser that passed only when tried again has failed', () => {
  const path = join(folder, 'playwright.json')
  const spec = (title: string, status: string) => ({ title, tests: [{ status }] })
  const specs = [spec('good', 'expected'), spec('lucky', 'flaky'), spec('bad', 'unexpected'), spec('none', 'skipped')]
  writeFileSync(path, JSON.stringify({ suites: [{ title: 'page.spec.ts', specs }], errors: [] }))
  expect(readPlaywrightReport(path)).toEqual({
    ...{ passed: 1, failed: 2 },
    failedNames: ['page.spec.ts > bad', 'flaky: page.spec.ts > lucky'],
    skippedNames: ['page.spec.ts > none'],
  })
})

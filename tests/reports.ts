import { readFileSync } from 'node:fs'

/** What a step counted; `skippedNames` and `failedNames` are full titles. */
export type Counts = { passed: number; failed: number; skippedNames: string[]; failedNames: string[] }

export const counted = (passed: number, failedNames: string[] = [], skippedNames: string[] = []): Counts => ({
  passed,
  failed: failedNames.length,
  skippedNames,
  failedNames,
})

type VitestReport = {
  testResults: {
    name: string
    status: string
    message: string
    assertionResults: { status: string; fullName: string }[]
  }[]
}

/** Vitest's json reporter. A file that failed before its first test counts as one failure. */
export function readVitestReport(path: string): Counts {
  const report = JSON.parse(readFileSync(path, 'utf8')) as VitestReport
  const all = report.testResults.flatMap((file) => file.assertionResults)
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  )
  return counted(
    all.filter((test) => test.status === 'passed').length,
    [
      ...all.filter((test) => test.status === 'failed').map((test) => test.fullName),
      ...brokenFiles.map((file) => `${file.name} (${file.message.split('\n')[0] ?? 'did not load'})`),
    ],
    all.filter((test) => !['passed', 'failed'].includes(test.status)).map((test) => test.fullName),
  )
}

type PlaywrightSuite = {
  title: string
  specs?: { title: string; tests: { status: 'expected' | 'unexpected' | 'flaky' | 'skipped' }[] }[]
  suites?: PlaywrightSuite[]
}
type PlaywrightReport = { suites: PlaywrightSuite[]; errors: { message?: string }[] }

const specsOf = (suite: PlaywrightSuite, above: string): { name: string; status: string }[] => {
  const title = above === '' ? suite.title : `${above} > ${suite.title}`
  return [
    ...(suite.specs ?? []).flatMap((spec) =>
      spec.tests.map((test) => ({ name: `${title} > ${spec.title}`, status: test.status })),
    ),
    ...(suite.suites ?? []).flatMap((inner) => specsOf(inner, title)),
  ]
}

/** Playwright's json reporter. An error outside of any test counts as one failure; so does a test that passed only when tried again. */
export function readPlaywrightReport(path: string): Counts {
  const report = JSON.parse(readFileSync(path, 'utf8')) as PlaywrightReport
  const all = report.suites.flatMap((suite) => specsOf(suite, ''))
  return counted(
    all.filter((test) => test.status === 'expected').length,
    [
      ...all.filter((test) => test.status === 'unexpected').map((test) => test.name),
      ...all.filter((test) => test.status === 'flaky').map((test) => `flaky: ${test.name}`),
      ...report.errors.map((error) => `outside of any test: ${error.message?.split('\n')[0] ?? 'unknown'}`),
    ],
    all.filter((test) => test.status === 'skipped').map((test) => test.name),
  )
}

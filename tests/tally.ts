import type { StepResult } from './steps.ts'

/** What a step adds to the totals, and the lines that name what was left out or failed. */
export type Tally = { passed: number; failed: number; skipped: number; lines: string[] }

/** `mustRun`: what could not run has failed, be it one test or the whole step. */
export function tallyOf({ counts, leftOut }: Pick<StepResult, 'counts' | 'leftOut'>, mustRun: boolean): Tally {
  const missing = counts.skippedNames.length + (leftOut === undefined ? 0 : 1)
  const failed = counts.failed + (mustRun ? missing : 0)
  const sign = mustRun ? 'failed: left out although Docker is required' : 'left out'
  return {
    passed: counts.passed,
    failed,
    skipped: mustRun ? 0 : missing,
    lines: [
      ...(leftOut === undefined ? [] : [`${sign}: ${leftOut}`]),
      ...counts.skippedNames.map((name) => `${sign}: ${name}`),
      ...counts.failedNames.map((name) => `failed: ${name}`),
    ],
  }
}

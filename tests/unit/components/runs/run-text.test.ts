import { expect, test } from 'vitest'
import { runText } from '#components/runs/run-text.ts'
import { runningBurst } from '../page-states.ts'

test.each([
  [{ answered: 1_200, rescued: 2 }, '1,200 answered so far, 2 rescued'],
  [{ failed: 12, timedOut: 3 }, 'none answered, 15 failed so far'],
  [{ failed: 12, status: 'finished' }, 'none answered, 12 failed'],
  [{ failed: 12, status: 'cancelled' }, 'none answered, 12 failed, cancelled'],
  [{ answered: 7, errors: 2, status: 'finished' }, '2 of 7 failed'],
  [{ answered: 100, errors: 100, failed: 5, rescued: 1 }, '105 of 105 failed so far, 1 rescued'],
  [{ status: 'failed' }, '0 answered, broke off'],
  [{ answered: 3, status: 'failed' }, '3 answered, broke off'],
  [{}, '0 answered so far'],
] as const)('a run of %o is told as "%s"', (changes, words) => {
  expect(runText({ ...runningBurst(), ...changes })).toBe(words)
})

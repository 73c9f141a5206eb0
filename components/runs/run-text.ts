import { clockTime, groupDigits } from '#components/ui/figures.ts'
import type { Burst } from '#lib/protocol/model.ts'
import { failedInAll } from '#lib/protocol/model.ts'

/** `14:36:02`: what a run is called on this page. */
export const runTime = ({ startedAt }: Pick<Burst, 'startedAt'>): string => clockTime(startedAt)

const ENDS: Partial<Record<Burst['status'], string>> = { cancelled: ', cancelled', failed: ', broke off' }

/** A run in a few words: `120 answered, none failed, 2 rescued`; `3 of 120 failed`; `none answered, 12 failed so far`. */
export function runText(burst: Burst): string {
  const failed = failedInAll(burst)
  const soFar = burst.status === 'running' ? ' so far' : ''
  const rest = ENDS[burst.status] ?? ''
  if (burst.answered === 0 && failed > 0) return `none answered, ${groupDigits(failed)} failed${soFar}${rest}`
  const rescued = burst.rescued > 0 ? `, ${groupDigits(burst.rescued)} rescued` : ''
  if (failed > 0) {
    // An answer with an error is both answered and failed: the two words side by side would count it twice.
    const ended = burst.answered + burst.failed + burst.timedOut
    return `${groupDigits(failed)} of ${groupDigits(ended)} failed${soFar}${rescued}${rest}`
  }
  // Of a run that goes on, or whose engine stopped, "none failed" is not settled.
  const failures = soFar || burst.status === 'failed' ? '' : ', none failed'
  return `${groupDigits(burst.answered)} answered${soFar}${failures}${rescued}${rest}`
}

/** Where the run that is shown comes from, when it is not live: `Run of 14:36:02`, `Run of 14:36:02, from a file`. */
export const shownText = (burst: Burst, source: 'live' | 'server' | 'file'): string =>
  `Run of ${runTime(burst)}${source === 'file' ? ', from a file' : ''}`

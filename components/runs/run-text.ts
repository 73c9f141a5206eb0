import { clockTime, groupDigits } from '#components/ui/figures.ts'
import type { Burst } from '#lib/protocol/model.ts'
import { failedInAll } from '#lib/protocol/model.ts'

/** `14:36:02`: what a run is called on this page. */
export const runTime = ({ startedAt }: Pick<Burst, 'startedAt'>): string => clockTime(startedAt)

/** A run in a few words: `120 answered, none failed, 2 rescued`; `none answered, 12 failed so far`. */
export function runText(burst: Burst): string {
  const failed = failedInAll(burst)
  const soFar = burst.status === 'running' ? ' so far' : ''
  const rest = burst.status === 'cancelled' ? ', cancelled' : ''
  if (burst.answered === 0 && failed > 0) return `none answered, ${groupDigits(failed)} failed${soFar}${rest}`
  const rescued = burst.rescued > 0 ? `, ${groupDigits(burst.rescued)} rescued` : ''
  // Of a run that goes on "none failed" is not settled yet.
  const failures = failed > 0 ? `, ${groupDigits(failed)} failed` : soFar ? '' : ', none failed'
  return `${groupDigits(burst.answered)} answered${soFar}${failures}${rescued}${rest}`
}

/** Where the run that is shown comes from, when it is not live: `Run of 14:36:02`, `Run of 14:36:02, from a file`. */
export const shownText = (burst: Burst, source: 'live' | 'server' | 'file'): string =>
  `Run of ${runTime(burst)}${source === 'file' ? ', from a file' : ''}`

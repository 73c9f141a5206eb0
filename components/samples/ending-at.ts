import type { SampleLog } from '#lib/client/sample-log.ts'
import { failedAttempts } from '#lib/client/sample-rows.ts'
import type { Ending } from '#lib/diagram/ending.ts'
import { UNKNOWN_BACKEND } from '#lib/protocol/model.ts'
import { outcomeOf, statusOf } from '#lib/protocol/sample-record.ts'

/** How a sample that the log has ended. The one place where outcomes become pictures. */
export function endingAt(log: SampleLog, seq: number): Ending {
  const word = log.outcomeWord(seq)
  const outcome = outcomeOf(word)
  const tried = failedAttempts(log, seq)
  if (outcome !== 'answered') return { backend: null, tried, end: outcome === 'cancelled' ? 'cancelled' : 'failed' }
  const backend = log.route(seq)?.backend ?? UNKNOWN_BACKEND
  return { backend, tried, end: statusOf(word) >= 500 ? 'error' : 'answered' }
}

import type { SampleLog } from '#lib/client/sample-log.ts'
import { failedAttempts } from '#lib/client/sample-rows.ts'
import type { FlyingSample } from '#lib/diagram/flight.ts'
import { outcomeOf, statusOf } from '#lib/protocol/sample-record.ts'

/** Further back nothing would fly any more, so it is not looked at: after a long pause only the newest leave. */
const NEWS_US = 1_500_000

/** The samples from `fromSeq` on, as the picture needs them. */
export function flyingSamples(log: SampleLog, fromSeq: number): FlyingSample[] {
  const samples: FlyingSample[] = []
  let newestUs = 0
  for (let seq = log.nextSeq - 1; seq >= log.since(fromSeq); seq--) {
    if (!log.has(seq)) continue
    const doneUs = log.doneUs(seq)
    newestUs = Math.max(newestUs, doneUs)
    if (doneUs < newestUs - NEWS_US) break
    const verdict = log.outcomeWord(seq)
    const outcome = outcomeOf(verdict)
    const isAnswered = outcome === 'answered'
    samples.push({
      seq,
      doneUs,
      backend: isAnswered ? (log.route(seq)?.backend ?? null) : null,
      tried: failedAttempts(log, seq),
      end: isAnswered
        ? statusOf(verdict) >= 500
          ? 'error'
          : 'answered'
        : outcome === 'cancelled'
          ? outcome
          : 'failed',
    })
  }
  return samples.reverse()
}

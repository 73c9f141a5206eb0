import { endingAt } from '#components/samples/ending-at.ts'
import type { SampleLog } from '#lib/client/sample-log.ts'
import type { FlyingSample } from '#lib/diagram/flight.ts'

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
    samples.push({ seq, doneUs, ...endingAt(log, seq) })
  }
  return samples.reverse()
}

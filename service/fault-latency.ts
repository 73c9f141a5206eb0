import { allowOnly, type Fields, integerOf, numberOf } from './check-fields.ts'
import type { Fault } from './faults.ts'
import { createShare } from './share.ts'

const MAX_MS = 60_000
/** Its multiples fall evenly between 0 and 1, whenever one stops looking: jitter without chance. */
const GOLDEN = 0.618_033_988_749_895

/** Answers of a share come `ms` later, and up to `jitterMs` more. A request whose client has gone meanwhile is let go. */
export function makeLatency(fields: Fields): Fault {
  allowOnly(fields, ['kind', 'ms', 'jitterMs', 'share'])
  const ms = integerOf(fields, 'ms', 0, MAX_MS)
  const jitterMs = integerOf(fields, 'jitterMs', 0, MAX_MS, 0)
  const share = numberOf(fields, 'share', 0, 1, 1)
  const isHit = createShare(share)
  let phase = 0
  return {
    shown: { kind: 'latency', ms, jitterMs, share },
    layer: (next) => (request, response, status) => {
      if (!isHit()) return next(request, response, status)
      phase = (phase + GOLDEN) % 1
      const later = setTimeout(() => next(request, response, status), ms + jitterMs * phase)
      response.once('close', () => clearTimeout(later))
    },
  }
}

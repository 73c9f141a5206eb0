import { allowOnly, type Fields, integerOf, numberOf } from './check-fields.ts'
import type { Fault } from './faults.ts'
import { createShare } from './share.ts'

/** Answers of a share have this status instead of 200; the rest of them stays as it is. */
export function makeErrors(fields: Fields): Fault {
  allowOnly(fields, ['kind', 'status', 'share'])
  const errorStatus = integerOf(fields, 'status', 500, 599)
  const share = numberOf(fields, 'share', 0, 1, 1)
  const isHit = createShare(share)
  return {
    shown: { kind: 'errors', status: errorStatus, share },
    layer: (next) => (request, response, status) => next(request, response, isHit() ? errorStatus : status),
  }
}

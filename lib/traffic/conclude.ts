import type { Outcome, Reason } from '#lib/protocol/model.ts'
import { NO_ROW, UNKNOWN_ROUTE } from './route-table.ts'
import type { Slot } from './slot.ts'
import type { Finished, Tally } from './tally.ts'

const FRONT_DOORS = new Set<Reason>(['no-backend', 'gateway-timeout', 'front-door-5xx'])

/** Used again for every request, so that a plain one makes nothing new. */
const finished: Finished = {
  sentUs: 0,
  latencyUs: 0,
  waitUs: 0,
  order: 0,
  outcome: 'answered',
  reason: 'none',
  status: 0,
  route: UNKNOWN_ROUTE.index,
  row: NO_ROW,
  resent: false,
  attempts: null,
}

/** Gives the request of a slot its one outcome. Status and route are those of complete answers only. */
export function conclude(tally: Tally, slot: Slot, nowUs: number, outcome: Outcome, reason: Reason): void {
  const { verdict } = slot
  const isWhole = outcome === 'answered' || FRONT_DOORS.has(reason)
  finished.sentUs = slot.sentUs
  finished.latencyUs = Math.max(0, Math.round(nowUs) - slot.sentUs)
  finished.waitUs = slot.waitUs
  finished.order = slot.order
  finished.outcome = outcome
  finished.reason = reason
  finished.status = isWhole ? verdict.status : 0
  finished.route = isWhole ? verdict.route.index : UNKNOWN_ROUTE.index
  finished.row = isWhole ? verdict.route.row : NO_ROW
  finished.resent = slot.resent
  finished.attempts = slot.hasVerdict ? verdict.attempts : null
  tally.finished(finished)
}

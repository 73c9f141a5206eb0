import { bucketOf, MAX_RECORDED_US } from '#lib/analysis/histogram.ts'
import type { AttemptRecord, Detail } from '#lib/protocol/frame.ts'
import { NO_TOTALS, type Outcome, type Reason, type Totals } from '#lib/protocol/model.ts'
import { ORDER_AT, OUTCOME_AT, packOutcome, ROUTE_AT, SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'
import {
  type BurstMemory,
  LATE_STARTS_AT,
  ROW_FROM_INTENDED,
  ROW_FROM_SENT,
  ROW_HEADER,
  ROW_WORDS,
  STORE_SAMPLES,
} from './burst-memory.ts'
import { NO_ROW } from './route-table.ts'

/** One request that has its outcome. Times in whole microseconds. */
export type Finished = {
  sentUs: number
  latencyUs: number
  waitUs: number
  /** Its place in the order of sending. */
  order: number
  outcome: Outcome
  reason: Reason
  status: number
  route: number
  /** NO_ROW: not counted by backend. */
  row: number
  resent: boolean
  attempts: AttemptRecord[] | null
}

/** Gives every finished request its sequence number, its sample and its place in the figures. */
export class Tally {
  readonly totals: Totals = { ...NO_TOTALS }
  /** The next sequence number: how many have an outcome. */
  head = 0
  readonly #memory: BurstMemory
  #details: Detail[] = []

  constructor(memory: BurstMemory) {
    this.#memory = memory
  }

  started(): void {
    this.totals.sent++
    this.totals.inFlight++
  }

  finished(request: Finished): void {
    const { totals } = this
    const { outcome, attempts, status } = request
    const tried = attempts === null ? 0 : attempts.length
    totals.inFlight--
    totals[outcome]++
    if (request.resent) totals.resent++
    if (outcome === 'answered') {
      if (status >= 500) totals.errors++
      if (tried > 1) totals.rescued++
      this.#measure(request)
    }
    const hasDetail = outcome === 'failed' || request.resent || tried > 1
    const seq = this.head++
    const at = (seq % STORE_SAMPLES) * SAMPLE_WORDS
    const { samples } = this.#memory
    samples[at] = request.sentUs
    samples[at + 1] = request.latencyUs
    samples[at + 2] = request.waitUs
    samples[at + ROUTE_AT] = request.route
    samples[at + ORDER_AT] = request.order
    samples[at + OUTCOME_AT] = packOutcome(status, outcome, request.reason, hasDetail)
    if (hasDetail) this.#details.push({ seq, resent: request.resent, attempts: attempts ?? [] })
  }

  lateStart(): void {
    const { rows } = this.#memory
    rows[LATE_STARTS_AT] = (rows[LATE_STARTS_AT] as number) + 1
  }

  get hasDetails(): boolean {
    return this.#details.length > 0
  }

  /** Details since the last call. */
  takeDetails(): Detail[] {
    const details = this.#details
    if (details.length > 0) this.#details = []
    return details
  }

  #measure(request: Finished): void {
    const { latencyUs, status } = request
    const isError = status >= 500
    const intendedUs = Math.min(latencyUs + request.waitUs, MAX_RECORDED_US)
    const { statuses } = this.#memory
    statuses[status] = (statuses[status] ?? 0) + 1
    this.#record(ROW_FROM_SENT, latencyUs, isError)
    this.#record(ROW_FROM_INTENDED, intendedUs, isError)
    if (request.row !== NO_ROW) this.#record(request.row, latencyUs, isError)
  }

  #record(row: number, us: number, isError: boolean): void {
    const { rows, sums } = this.#memory
    const at = row * ROW_WORDS
    const bucket = at + ROW_HEADER + bucketOf(us)
    rows[at] = (rows[at] as number) + 1
    if (isError) rows[at + 1] = (rows[at + 1] as number) + 1
    if (us > (rows[at + 2] as number)) rows[at + 2] = us
    rows[bucket] = (rows[bucket] as number) + 1
    sums[row] = (sums[row] as number) + us
  }
}

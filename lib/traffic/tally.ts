import { bucketOf, MAX_RECORDED_US } from '#lib/analysis/histogram.ts'
import type { Detail } from '#lib/protocol/frame.ts'
import { NO_TOTALS, type Outcome, type Reason, type Totals } from '#lib/protocol/model.ts'
import { ORDER_AT, OUTCOME_AT, packOutcome, ROUTE_AT, SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'
import {
  type BurstMemory,
  DUE_STARTS,
  LATE_STARTS,
  ROW_FROM_INTENDED,
  ROW_FROM_SENT,
  ROW_HEADER,
  ROW_WORDS,
  STORE_SAMPLES,
} from './burst-memory.ts'
import type { Verdict } from './judge.ts'
import { NO_ROW, UNKNOWN_ROUTE } from './route-table.ts'

/** What is known of a request when it has its outcome. Times in whole microseconds. */
export type Tallied = {
  readonly sentUs: number
  readonly waitUs: number
  /** Every place was taken when it was due. */
  readonly isLate: boolean
  /** Its place in the order of sending. */
  readonly order: number
  readonly resent: boolean
  /** A head has come: `verdict` is about this request. */
  readonly hasVerdict: boolean
  readonly verdict: Verdict
}

/** Answers of the front door itself are whole: they have a status and a generation, as those of a backend have. */
const BY_FRONT_DOOR = new Set<Reason>(['no-backend', 'gateway-timeout', 'front-door-5xx'])

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

  /** `nowUs`: when its outcome was there, microseconds since the burst's start. */
  finished(request: Tallied, nowUs: number, outcome: Outcome, reason: Reason): void {
    const { totals } = this
    const latencyUs = Math.max(0, Math.round(nowUs) - request.sentUs)
    const { verdict, resent } = request
    const isWhole = outcome === 'answered' || BY_FRONT_DOOR.has(reason)
    const status = isWhole ? verdict.status : 0
    const route = isWhole ? verdict.route : UNKNOWN_ROUTE
    const attempts = request.hasVerdict ? verdict.attempts : null
    const tried = attempts === null ? 0 : attempts.length
    totals.inFlight--
    totals[outcome]++
    if (resent) totals.resent++
    if (outcome === 'answered') {
      if (status >= 500) totals.errors++
      if (tried > 1) totals.rescued++
      this.#measure(latencyUs, request.waitUs, status, route.row)
    }
    const hasDetail = outcome === 'failed' || resent || tried > 1
    const seq = this.head++
    const at = (seq % STORE_SAMPLES) * SAMPLE_WORDS
    const { samples } = this.#memory
    samples[at] = request.sentUs
    samples[at + 1] = latencyUs
    samples[at + 2] = request.waitUs
    samples[at + ROUTE_AT] = route.index
    samples[at + ORDER_AT] = request.order
    samples[at + OUTCOME_AT] = packOutcome(status, outcome, reason, hasDetail, request.isLate)
    if (hasDetail) this.#details.push({ seq, resent, attempts: attempts ?? [] })
  }

  /** A request that had a time to start at; `isLate`: it waited for a free place. */
  dueStart(isLate: boolean): void {
    const { starts } = this.#memory
    starts[DUE_STARTS] = (starts[DUE_STARTS] as number) + 1
    if (isLate) starts[LATE_STARTS] = (starts[LATE_STARTS] as number) + 1
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

  #measure(latencyUs: number, waitUs: number, status: number, row: number): void {
    const isError = status >= 500
    const { statuses } = this.#memory
    statuses[status] = (statuses[status] ?? 0) + 1
    this.#record(ROW_FROM_SENT, latencyUs, isError)
    this.#record(ROW_FROM_INTENDED, Math.min(latencyUs + waitUs, MAX_RECORDED_US), isError)
    if (row !== NO_ROW) this.#record(row, latencyUs, isError)
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

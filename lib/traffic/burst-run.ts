import { performance } from 'node:perf_hooks'
import { DEFAULT_TIMEOUT_MS } from '#lib/protocol/limits.ts'
import type { BurstEdit, Outcome, Reason } from '#lib/protocol/model.ts'
import type { BurstPlan } from './burst.ts'
import type { BurstMemory } from './burst-memory.ts'
import type { Breakage, Connection } from './connection.ts'
import { LeavingConnections } from './leaving-connections.ts'
import { Pacer } from './pacer.ts'
import { buildRequest, type RequestBytes } from './request-bytes.ts'
import { NO_ROW, RouteTable, UNKNOWN_ROUTE } from './route-table.ts'
import { Slot, type SlotOwner } from './slot.ts'
import { type Finished, Tally } from './tally.ts'
import { reasonOfStatus } from './verdict.ts'

/** An answer that comes this long after its deadline is still counted as late. */
export const LATE_GRACE_MS = Math.min(2_000, DEFAULT_TIMEOUT_MS)
/** How long the other side may take to close a connection that it said it would close. */
const CLOSING_GRACE_MS = 1_000
/** Timers are good to about a millisecond: a start within that of its time is in time, as far as an engine can tell. */
export const TIMER_SLACK_US = 2_000
const LONGEST_TIMER_MS = 60_000

/** One burst, from its first request to its last outcome. Lives in the worker. */
export class BurstRun implements SlotOwner {
  readonly plan: BurstPlan
  readonly table = new RouteTable()
  readonly tally: Tally
  readonly startedAtMs = performance.timeOrigin + performance.now()
  readonly #memory: BurstMemory
  readonly #startMs = performance.now()
  readonly #request: RequestBytes
  readonly #onEnd: (status: 'finished' | 'cancelled') => void
  readonly #leaving: LeavingConnections
  readonly #slots: Slot[] = []
  /** Places without a request, the most recently used one last. */
  readonly #free: Slot[] = []
  readonly #finished: Finished
  #concurrency: number
  #pacer: Pacer | null
  #order = 0
  /** Due requests found no free place; holds until none of them waits any more. */
  #isFull = false
  #status: 'running' | 'stopping' | 'finished' | 'cancelled' = 'running'
  #startTimer: NodeJS.Timeout | null = null
  #deadlineTimer: NodeJS.Timeout | null = null
  #endTimer: NodeJS.Timeout | null = null

  constructor(plan: BurstPlan, memory: BurstMemory, onEnd: (status: 'finished' | 'cancelled') => void) {
    this.plan = plan
    this.#memory = memory
    this.#onEnd = onEnd
    this.#request = buildRequest(plan)
    this.tally = new Tally(memory)
    this.#leaving = new LeavingConnections(() => this.tally.totals.late++)
    this.#concurrency = plan.concurrency
    this.#pacer = plan.ratePerSecond === null ? null : new Pacer(plan.ratePerSecond, 0)
    this.#finished = {
      sentUs: 0,
      latencyUs: 0,
      waitUs: 0,
      outcome: 'answered',
      reason: 'none',
      status: 0,
      route: UNKNOWN_ROUTE.index,
      row: NO_ROW,
      resent: false,
      attempts: null,
    }
  }

  /** Microseconds since the start. */
  nowUs(): number {
    return (performance.now() - this.#startMs) * 1_000
  }

  begin(): void {
    const { durationMs } = this.plan
    if (durationMs !== null) this.#endTimer = setTimeout(() => this.#stop(), durationMs)
    this.#addSlots()
    this.#pump(this.nowUs())
    this.#armDeadline()
  }

  /** No request starts after this; those in flight end as cancelled. */
  cancel(): void {
    if (this.#status === 'finished' || this.#status === 'cancelled') return
    this.#status = 'cancelled'
    const nowUs = this.nowUs()
    for (const slot of this.#slots) {
      if (!slot.isBusy) continue
      slot.abandon()?.destroy()
      this.#finish(slot, nowUs, 'cancelled', 'none')
    }
    this.#close()
  }

  edit(edit: BurstEdit): void {
    if (this.#status !== 'running') return
    const nowUs = this.nowUs()
    if (edit.ratePerSecond !== undefined) {
      if (this.#pacer === null) this.#pacer = new Pacer(edit.ratePerSecond, nowUs, this.#order)
      else this.#pacer.change(edit.ratePerSecond, nowUs)
    }
    if (edit.concurrency !== undefined) {
      this.#concurrency = edit.concurrency
      for (const slot of this.#free) if (this.#isBeyond(slot)) slot.close()
      this.#addSlots()
    }
    this.#pump(nowUs)
    this.#armDeadline()
  }

  /** Housekeeping, a few times a second at least. */
  sweep(): void {
    this.#leaving.sweep()
    this.#endIfDone()
  }

  reloadMayCut(): boolean {
    return Atomics.load(this.#memory.flags, 0) === 1
  }

  leaving(connection: Connection): void {
    this.#leaving.awaitEnd(connection, CLOSING_GRACE_MS)
  }

  answered(slot: Slot): void {
    const nowUs = this.nowUs()
    const { verdict } = slot
    if (verdict.isBackends) this.#finish(slot, nowUs, 'answered', 'none')
    else this.#finish(slot, nowUs, 'failed', reasonOfStatus(verdict.status))
    this.#isFreeAgain(slot, nowUs)
  }

  broken(slot: Slot, reason: Breakage): void {
    const nowUs = this.nowUs()
    this.#finish(slot, nowUs, 'failed', reason)
    this.#isFreeAgain(slot, nowUs)
  }

  #finish(slot: Slot, nowUs: number, outcome: Outcome, reason: Reason): void {
    const { verdict } = slot
    const finished = this.#finished
    const isWhole = outcome === 'answered' || (outcome === 'failed' && verdict.status > 0 && isFrontDoors(reason))
    finished.sentUs = slot.sentUs
    finished.latencyUs = Math.max(0, Math.round(nowUs) - slot.sentUs)
    finished.waitUs = slot.waitUs
    finished.outcome = outcome
    finished.reason = reason
    finished.status = isWhole ? verdict.status : 0
    finished.route = isWhole ? verdict.route.index : UNKNOWN_ROUTE.index
    finished.row = isWhole ? verdict.route.row : NO_ROW
    finished.resent = slot.resent
    finished.attempts = slot.hasVerdict ? verdict.attempts : null
    this.tally.finished(finished)
  }

  #isFreeAgain(slot: Slot, nowUs: number): void {
    if (this.#isBeyond(slot)) slot.close()
    // The common case of a closed load: the same place sends again at once.
    else if (this.#pacer === null && this.#free.length === 0 && this.#mayStart(nowUs)) {
      this.#launch(slot, nowUs, 0)
      return
    }
    this.#free.push(slot)
    this.#pump(nowUs)
    this.#endIfDone()
  }

  #isBeyond(slot: Slot): boolean {
    return this.#concurrency < this.#slots.length && this.#slots.indexOf(slot) >= this.#concurrency
  }

  #addSlots(): void {
    while (this.#slots.length < this.#concurrency) {
      const slot = new Slot(this, this.#request)
      this.#slots.push(slot)
      this.#free.unshift(slot)
    }
  }

  #mayStart(nowUs: number): boolean {
    if (this.#status !== 'running') return false
    if (this.plan.requests !== null) return this.#order < this.plan.requests
    return nowUs < (this.plan.durationMs ?? 0) * 1_000
  }

  /** Starts all that is due and finds a place. */
  #pump(nowUs: number): void {
    while (this.#mayStart(nowUs)) {
      const intendedUs = this.#pacer === null ? nowUs : this.#pacer.intendedUs(this.#order)
      if (intendedUs > nowUs) {
        this.#isFull = false
        this.#armStart(intendedUs - nowUs)
        return
      }
      const slot = this.#takeFree()
      if (slot === null) {
        this.#isFull = true
        return
      }
      const lateUs = Math.round(nowUs - intendedUs)
      const waitUs = this.#isFull || lateUs > TIMER_SLACK_US ? lateUs : 0
      if (this.#isFull && lateUs > TIMER_SLACK_US) this.tally.lateStart()
      this.#launch(slot, nowUs, waitUs)
    }
  }

  #takeFree(): Slot | null {
    for (let index = this.#free.length - 1; index >= 0; index--) {
      const slot = this.#free[index] as Slot
      if (this.#isBeyond(slot)) continue
      this.#free.splice(index, 1)
      return slot
    }
    return null
  }

  #launch(slot: Slot, nowUs: number, waitUs: number): void {
    this.tally.started()
    slot.begin(this.#order++, Math.round(nowUs), waitUs)
  }

  #armStart(inUs: number): void {
    if (this.#startTimer !== null) clearTimeout(this.#startTimer)
    const delayMs = Math.min(LONGEST_TIMER_MS, Math.max(1, Math.ceil(inUs / 1_000)))
    this.#startTimer = setTimeout(() => {
      this.#startTimer = null
      this.#pump(this.nowUs())
    }, delayMs)
  }

  /** One timer for the earliest deadline; by the time it fires most requests have long been answered. */
  #armDeadline(): void {
    if (this.#deadlineTimer !== null) clearTimeout(this.#deadlineTimer)
    const nowUs = this.nowUs()
    let earliestUs = nowUs + this.plan.timeoutMs * 1_000
    for (const slot of this.#slots) {
      if (slot.isBusy) earliestUs = Math.min(earliestUs, slot.sentUs + this.plan.timeoutMs * 1_000)
    }
    const delayMs = Math.max(1, Math.ceil((earliestUs - nowUs) / 1_000))
    this.#deadlineTimer = setTimeout(() => this.#expire(), delayMs)
  }

  #expire(): void {
    const nowUs = this.nowUs()
    for (const slot of this.#slots) {
      if (!slot.isBusy || slot.sentUs + this.plan.timeoutMs * 1_000 > nowUs) continue
      const connection = slot.abandon()
      if (connection !== null) this.#leaving.awaitAnswer(connection, LATE_GRACE_MS)
      this.#finish(slot, nowUs, 'timedOut', 'none')
      this.#isFreeAgain(slot, nowUs)
    }
    if (this.#status === 'running' || this.#status === 'stopping') this.#armDeadline()
  }

  /** The duration is over: what is in flight may still end. */
  #stop(): void {
    if (this.#status !== 'running') return
    this.#status = 'stopping'
    this.#endIfDone()
  }

  #endIfDone(): void {
    if (this.#status !== 'running' && this.#status !== 'stopping') return
    const isOver = this.#status === 'stopping' || (this.plan.requests !== null && this.#order >= this.plan.requests)
    if (!isOver || this.tally.totals.inFlight > 0 || this.#leaving.late > 0) return
    this.#status = 'finished'
    this.#close()
  }

  #close(): void {
    for (const timer of [this.#startTimer, this.#deadlineTimer, this.#endTimer]) if (timer !== null) clearTimeout(timer)
    for (const slot of this.#slots) slot.close()
    this.#leaving.closeAll()
    this.#onEnd(this.#status === 'cancelled' ? 'cancelled' : 'finished')
  }
}

const isFrontDoors = (reason: Reason): boolean =>
  reason === 'no-backend' || reason === 'gateway-timeout' || reason === 'front-door-5xx'

import { performance } from 'node:perf_hooks'
import { MAX_DURATION_MS } from '#lib/protocol/limits.ts'
import type { BurstEdit, Outcome, Reason } from '#lib/protocol/model.ts'
import type { BurstPlan } from './burst.ts'
import type { BurstMemory } from './burst-memory.ts'
import type { Breakage, Connection } from './connection.ts'
import { Deadline } from './deadline.ts'
import { reasonOfStatus } from './judge.ts'
import { LeavingConnections } from './leaving-connections.ts'
import { lookUpOnce } from './look-up-once.ts'
import { Pacer } from './pacer.ts'
import { Places } from './places.ts'
import { Reporter } from './reporter.ts'
import { buildRequest, type RequestBytes } from './request-bytes.ts'
import { RouteTable } from './route-table.ts'
import { Slot, type SlotOwner } from './slot.ts'
import { Tally } from './tally.ts'
import type { WorkerNews } from './worker-messages.ts'

/** An answer that comes this long after its deadline is still counted as late. */
export const LATE_GRACE_MS = 2_000
/** How long the other side may take to close a connection that it said it would close. */
const CLOSING_GRACE_MS = 1_000
/** Timers are good to about a millisecond: a start within that of its time is in time, as far as an engine can tell. */
export const TIMER_SLACK_US = 2_000

/** One burst, from its first request to its last outcome. Lives in the worker. */
export class BurstRun implements SlotOwner {
  readonly plan: BurstPlan
  readonly table = new RouteTable()
  readonly lookup = lookUpOnce()
  readonly tally: Tally
  readonly startedAtMs = performance.timeOrigin + performance.now()
  /** Microseconds since the start. */
  readonly nowUs = (): number => (performance.now() - this.#startMs) * 1_000
  readonly #memory: BurstMemory
  readonly #startMs = performance.now()
  readonly #request: RequestBytes
  readonly #onEnd: (status: 'finished' | 'cancelled', elapsedUs: number) => void
  readonly #reporter: Reporter
  readonly #leaving: LeavingConnections
  readonly #places: Places
  readonly #deadline: Deadline
  #pacer: Pacer | null
  #order = 0
  /** Due requests found no free place; holds until none of them waits any more. */
  #isFull = false
  #status: 'running' | 'stopping' | 'finished' | 'cancelled' = 'running'
  #startTimer: NodeJS.Timeout | null = null
  #endTimer: NodeJS.Timeout | null = null

  constructor(
    plan: BurstPlan,
    memory: BurstMemory,
    tell: (news: WorkerNews) => void,
    onEnd: (status: 'finished' | 'cancelled', elapsedUs: number) => void,
  ) {
    this.plan = plan
    this.#memory = memory
    this.#onEnd = onEnd
    this.#request = buildRequest(plan)
    this.tally = new Tally(memory)
    this.#reporter = new Reporter(memory, this.tally, this.table, tell)
    this.#leaving = new LeavingConnections(() => this.#lateAnswer())
    this.#places = new Places(() => new Slot(this, this.#request))
    this.#pacer = plan.ratePerSecond === null ? null : new Pacer(plan.ratePerSecond, 0)
    this.#deadline = new Deadline(plan.timeoutMs, this.#places, this.nowUs, (slot) => this.#expired(slot))
  }

  begin(): void {
    // A burst by count has a limit, too: its times are words of 32 bits, which end after 71 minutes.
    this.#endTimer = setTimeout(() => this.#stop(), this.plan.durationMs ?? MAX_DURATION_MS)
    this.#places.resize(this.plan.concurrency)
    this.#pump(this.nowUs())
    this.#reporter.changed()
    this.#deadline.arm()
  }

  /** No request starts after this; those in flight end as cancelled. */
  cancel(): void {
    if (this.#status === 'finished' || this.#status === 'cancelled') return
    this.#status = 'cancelled'
    const nowUs = this.nowUs()
    for (const slot of this.#places.busy()) this.tally.finished(slot, nowUs, 'cancelled', 'none')
    this.#close()
  }

  edit(edit: BurstEdit): void {
    if (this.#status !== 'running') return
    const nowUs = this.nowUs()
    if (edit.ratePerSecond !== undefined) {
      if (this.#pacer === null) this.#pacer = new Pacer(edit.ratePerSecond, nowUs, this.#order)
      else this.#pacer.change(edit.ratePerSecond, nowUs)
    }
    if (edit.concurrency !== undefined) this.#places.resize(edit.concurrency)
    this.#pump(nowUs)
    this.#reporter.changed()
  }

  /** Housekeeping, a few times a second. */
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
    const { isBackends, status } = slot.verdict
    if (isBackends) this.#conclude(slot, 'answered', 'none')
    else this.#conclude(slot, 'failed', reasonOfStatus(status))
  }

  broken(slot: Slot, reason: Breakage): void {
    this.#conclude(slot, 'failed', reason)
  }

  #lateAnswer(): void {
    this.tally.totals.late++
    this.#reporter.changed()
    this.#endIfDone()
  }

  #conclude(slot: Slot, outcome: Outcome, reason: Reason): void {
    const nowUs = this.nowUs()
    this.tally.finished(slot, nowUs, outcome, reason)
    this.#isFreeAgain(slot, nowUs)
    this.#reporter.changed()
  }

  #isFreeAgain(slot: Slot, nowUs: number): void {
    // The common case of a closed load: the same place sends again at once.
    if (this.#pacer === null && this.#places.isExact && this.#mayStart(nowUs)) {
      this.#launch(slot, nowUs, 0, false)
      return
    }
    this.#places.giveBack(slot)
    this.#pump(nowUs)
    this.#endIfDone()
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
      const slot = this.#places.take()
      if (slot === null) {
        this.#isFull = true
        return
      }
      const lateUs = Math.round(nowUs - intendedUs)
      const isLate = this.#isFull && lateUs > TIMER_SLACK_US
      if (this.#pacer !== null) this.tally.dueStart(isLate)
      this.#launch(slot, nowUs, this.#isFull || lateUs > TIMER_SLACK_US ? lateUs : 0, isLate)
    }
  }

  #launch(slot: Slot, nowUs: number, waitUs: number, isLate: boolean): void {
    this.tally.started()
    slot.begin(this.#order++, Math.round(nowUs), waitUs, isLate)
  }

  #armStart(inUs: number): void {
    if (this.#startTimer !== null) clearTimeout(this.#startTimer)
    const delayMs = Math.max(1, Math.ceil(inUs / 1_000))
    this.#startTimer = setTimeout(() => {
      this.#startTimer = null
      this.#pump(this.nowUs())
      this.#reporter.changed()
    }, delayMs)
  }

  #expired(slot: Slot): void {
    const connection = slot.abandon()
    if (connection !== null) this.#leaving.awaitAnswer(connection, LATE_GRACE_MS)
    this.#conclude(slot, 'timedOut', 'none')
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
    this.#deadline.stop()
    for (const timer of [this.#startTimer, this.#endTimer]) if (timer !== null) clearTimeout(timer)
    this.#reporter.flush()
    this.#onEnd(this.#status === 'cancelled' ? 'cancelled' : 'finished', Math.round(this.nowUs()))
    // Closing many takes some milliseconds, which nobody need wait for: no other burst starts in this thread meanwhile.
    this.#places.close()
    this.#leaving.closeAll()
  }
}

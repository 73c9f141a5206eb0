import { decodeFrame, type Frame } from '#lib/protocol/frame.ts'
import { type Burst, NO_TOTALS, type Totals } from '#lib/protocol/model.ts'
import { outcomeOf } from '#lib/protocol/sample-record.ts'
import { totalsOf } from './live.ts'
import { isSameBurst, type PageEvent } from './page-reducer.ts'
import { LIVE_INTERVAL_MS, type Live, settledOf } from './page-state.ts'
import type { RateSeries } from './rate-series.ts'
import { RateWindow } from './rate-window.ts'
import type { SampleLog } from './sample-log.ts'
import { Tally } from './tally.ts'

export type IntakeClock = {
  now: () => number
  after: (ms: number, run: () => void) => unknown
  cancel: (handle: unknown) => void
}

export type IntakeParts = {
  log: SampleLog
  rates: RateSeries
  dispatch: (event: PageEvent) => void
  clock: IntakeClock
}

/** b12 -> 12, as frames carry it. */
export const burstNumber = (id: string): number => Number(id.slice(1))

/** Takes frames into the log, the charts' series and the counts, and publishes the counts at 4 Hz at most. */
export class Intake {
  readonly #parts: IntakeParts
  readonly #tally = new Tally()
  readonly #window = new RateWindow()
  #burst: Burst | null = null
  #totals: Totals = NO_TOTALS
  #elapsedUs = 0
  #heardAt = 0
  #missed = 0
  #isSkipping = false
  /** A replay may repeat what the charts have. */
  #chartedTo = 0
  #isChanged = false
  #timer: unknown = null

  constructor(parts: IntakeParts) {
    this.#parts = parts
  }

  /** What the next connection goes on from. */
  get resume(): { boot: string; burst: number; nextSeq: number } | null {
    const { burst, nextSeq } = this.#parts.log
    return burst === null || !this.#burst ? null : { boot: this.#burst.boot, burst, nextSeq }
  }

  /** A burst that the server named: new here, or a newer summary of the one that is taken in. */
  hear(burst: Burst | null): void {
    if (burst && isSameBurst(this.#burst, burst)) {
      this.#burst = burst
      this.#tally.correct(burst, this.#parts.log)
      if (settledOf(burst) >= settledOf(this.#totals)) this.#totals = totalsOf(burst)
      if (burst.status !== 'running') this.#publish()
      return
    }
    if (burst && this.#burst && Date.parse(burst.startedAt) < Date.parse(this.#burst.startedAt)) return
    this.#start(burst)
  }

  #start(burst: Burst | null): void {
    this.#burst = burst
    this.#totals = burst ? totalsOf(burst) : NO_TOTALS
    this.#elapsedUs = 0
    this.#missed = 0
    this.#isSkipping = false
    this.#chartedTo = 0
    this.#window.clear()
    this.#parts.rates.clear()
    this.#parts.log.reset(burst ? burstNumber(burst.id) : null)
    if (burst) this.#tally.start(burst)
  }

  /** Throws what decodeFrame throws. A frame of another burst than the one in the panel is left out. */
  frame(bytes: ArrayBuffer | Uint8Array): void {
    const frame = decodeFrame(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes))
    const { log } = this.#parts
    if (frame.burst !== log.burst) return
    const accepted = log.accept(frame)
    this.#missed += accepted.missed
    // Without samples and without a hole it is a sign of life: nothing new ended.
    if (frame.samples.length > 0) this.#isSkipping = false
    else if (accepted.missed > 0) this.#isSkipping = true
    this.#tally.count(log)
    this.#chart(accepted.missed, frame.elapsedUs)
    this.#takeTotals(frame)
  }

  #takeTotals(frame: Frame): void {
    if (settledOf(frame.totals) >= settledOf(this.#totals)) this.#totals = frame.totals
    this.#elapsedUs = Math.max(this.#elapsedUs, frame.elapsedUs)
    this.#heardAt = this.#parts.clock.now()
    this.#window.note(frame.elapsedUs, frame.totals.answered)
    this.#isChanged = true
    if (this.#timer === null) this.#publish()
  }

  #chart(missed: number, elapsedUs: number): void {
    const { log, rates } = this.#parts
    if (missed > 0) rates.miss(missed, elapsedUs / 1000)
    for (let seq = log.since(this.#chartedTo); seq < log.nextSeq; seq++) {
      if (!log.has(seq)) continue
      const outcome = outcomeOf(log.outcomeWord(seq))
      if (outcome === 'cancelled') continue
      const backend = outcome === 'answered' ? (log.route(seq)?.backend ?? null) : null
      rates.add(backend, log.doneUs(seq) / 1000, log.latencyUs(seq))
    }
    this.#chartedTo = log.nextSeq
  }

  #live(): Live {
    const isRunning = this.#burst?.status === 'running'
    const nowUs = this.#elapsedUs + (this.#parts.clock.now() - this.#heardAt) * 1000
    return {
      totals: this.#totals,
      elapsedUs: this.#elapsedUs,
      rps: isRunning ? this.#window.rps(nowUs) : 0,
      byBackend: this.#tally.byBackend(),
      nobody: this.#totals.failed + this.#totals.timedOut,
      lastBackend: this.#tally.lastBackend,
      failover: this.#tally.failover(),
    }
  }

  /** Now, and again after LIVE_INTERVAL_MS as long as there is something to say. */
  #publish(): void {
    this.close()
    this.#isChanged = false
    const live = this.#live()
    this.#parts.dispatch({ kind: 'counted', live, skipping: this.#isSkipping, missed: this.#missed })
    this.#timer = this.#parts.clock.after(LIVE_INTERVAL_MS, () => {
      this.#timer = null
      // A rate goes down by itself when nothing comes any more.
      if (this.#isChanged || live.rps > 0) this.#publish()
    })
  }

  /** Stops the clock; the next frame starts it again. */
  close(): void {
    if (this.#timer !== null) this.#parts.clock.cancel(this.#timer)
    this.#timer = null
  }
}

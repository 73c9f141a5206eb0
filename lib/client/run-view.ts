import type { Configuration } from '#lib/protocol/configuration.ts'
import type { Frame } from '#lib/protocol/frame.ts'
import {
  type Action,
  type BackendKey,
  type Burst,
  NO_TOTALS,
  settledOf,
  type Totals,
  UNKNOWN_BACKEND,
} from '#lib/protocol/model.ts'
import type { RunBackend } from '#lib/protocol/run.ts'
import { outcomeOf } from '#lib/protocol/sample-record.ts'
import { type Live, MAX_ACTIONS, NOTHING_SHOWN, numberOf, type Shown, sameRun } from './page-state.ts'
import { RateSeries } from './rate-series.ts'
import { RateWindow } from './rate-window.ts'
import { RunCounts } from './run-counts.ts'
import { type Accepted, SampleLog } from './sample-log.ts'

const TOTALS_KEYS = Object.keys(NO_TOTALS) as (keyof Totals)[]

export const totalsOf = (burst: Burst): Totals =>
  Object.fromEntries(TOTALS_KEYS.map((key) => [key, burst[key]])) as Totals

export type RunViewParts = {
  source: Shown['source']
  log?: SampleLog
  /** Milliseconds; absent where frames alone move the run’s clock. */
  now?: () => number
}

/**
 * One run as this browser has it: its samples, who answered how much, rates, totals, configurations and backends. Frames
 * of the server and of a recording go through the same `take`, so a replayed run has the numbers that it had live.
 */
export class RunView {
  readonly log: SampleLog
  readonly rates = new RateSeries()
  readonly #parts: RunViewParts
  readonly #counts = new RunCounts()
  readonly #window = new RateWindow()
  #burst: Burst | null = null
  #totals: Totals = NO_TOTALS
  /** The last totals up to which every sample came or is known not to come, and when they held. */
  #accounted = { totals: NO_TOTALS as Totals, us: 0 }
  /** Requests that are in the rate of the last second already. */
  #paced = 0
  #elapsedUs = 0
  #heardAtMs = 0
  #lastBackend: BackendKey | null = null
  #missed = 0
  #wasCut = false
  #isSkipping = false
  #generations: ReadonlyMap<string, Configuration> = new Map()
  #backends: ReadonlyMap<BackendKey, RunBackend> = new Map()
  #actions: readonly Action[] = []

  constructor(parts: RunViewParts) {
    this.#parts = parts
    this.log = parts.log ?? new SampleLog()
  }

  get burst(): Burst | null {
    return this.#burst
  }

  /** A run that the server named: another one starts anew here, a newer summary of the same one corrects the counts. */
  hear(burst: Burst | null): void {
    if (!burst || !sameRun(this.#burst, burst)) {
      this.#start(burst)
      return
    }
    // What was measured before the end comes late.
    if (this.#burst?.status !== 'running' && burst.status === 'running') return
    this.#burst = burst
    this.#counts.correct(burst, this.log)
    if (burst.status !== 'running' || settledOf(burst) >= settledOf(this.#totals)) this.#totals = totalsOf(burst)
  }

  #start(burst: Burst | null): void {
    this.#burst = burst
    this.#totals = burst ? totalsOf(burst) : NO_TOTALS
    this.#accounted = { totals: NO_TOTALS, us: 0 }
    this.#paced = 0
    this.#elapsedUs = 0
    this.#lastBackend = null
    this.#missed = 0
    this.#wasCut = false
    this.#isSkipping = false
    this.#window.clear()
    this.rates.clear()
    this.#generations = new Map()
    this.#backends = new Map()
    this.log.reset(burst ? numberOf(burst) : null)
    if (burst) this.#counts.start(burst)
  }

  /** The link was lost in mid-run, and the server could not go on where this browser stopped. */
  cut(): void {
    this.#wasCut = true
  }

  act(...actions: readonly Action[]): void {
    this.#actions = [...this.#actions, ...actions].slice(-MAX_ACTIONS)
  }
  forgetActions(): void {
    this.#actions = []
  }

  /** A frame of another run is left out. Its samples are copied. */
  take(frame: Frame): void {
    if (frame.burst !== this.log.burst) return
    if (frame.tables) this.#learn(frame.tables)
    const accepted = this.log.accept(frame)
    this.#missed += accepted.missed
    // Totals ahead of the samples: the server sends those when this browser goes on, or not at all.
    const isWhole = this.log.nextSeq >= settledOf(frame.totals)
    this.#isSkipping = frame.samples.length === 0 && (accepted.missed > 0 || !isWhole)
    this.#pace(accepted, frame)
    this.#chart(accepted, frame)
    this.#counts.count(this.log)
    if (this.#burst?.status === 'running' && settledOf(frame.totals) >= settledOf(this.#totals))
      this.#totals = frame.totals
    if (isWhole) this.#accounted = { totals: frame.totals, us: frame.elapsedUs }
    this.#elapsedUs = Math.max(this.#elapsedUs, frame.elapsedUs)
    this.#heardAtMs = this.#parts.now?.() ?? 0
  }

  #learn({ generations, backends }: NonNullable<Frame['tables']>): void {
    if (generations.length > 0)
      this.#generations = new Map([
        ...this.#generations,
        ...generations.map(({ generation, configuration }) => [generation, configuration] as const),
      ])
    if (backends.length > 0)
      this.#backends = new Map([...this.#backends, ...backends.map((backend) => [backend.backend, backend] as const)])
  }

  /** The rate of the last second follows the totals; samples tell when exactly, the newest first. */
  #pace({ from, to }: Accepted, frame: Frame): void {
    const { log } = this
    let fresh = chartedIn(frame.totals) - this.#paced
    for (let seq = to - 1; seq >= from && fresh > 0; seq--) {
      if (!log.has(seq) || outcomeOf(log.outcomeWord(seq)) === 'cancelled') continue
      this.#window.add(log.doneUs(seq))
      fresh--
    }
    if (fresh > 0) this.#window.spread(fresh, this.#elapsedUs, this.#unseenUntilUs(from, to, frame))
    this.#paced = Math.max(this.#paced, chartedIn(frame.totals))
  }

  #chart({ from, to, unseen }: Accepted, frame: Frame): void {
    const { log, rates } = this
    if (unseen > 0) this.#chartUnseen(from, to, frame)
    for (let seq = from; seq < to; seq++) {
      if (!log.has(seq)) continue
      const outcome = outcomeOf(log.outcomeWord(seq))
      if (outcome === 'cancelled') continue
      const named = log.route(seq)?.backend ?? null
      const backend = outcome === 'answered' ? (named ?? UNKNOWN_BACKEND) : null
      rates.add(backend, log.doneUs(seq) / 1000, log.latencyUs(seq), log.waitUs(seq))
      if (backend !== null) this.#lastBackend = named ?? this.#lastBackend
    }
  }

  /** What the totals tell of requests whose samples are not coming: how many there were since the last frame, not who answered. */
  #chartUnseen(from: number, to: number, frame: Frame): void {
    const { log } = this
    let seen = 0
    for (let seq = from; seq < to; seq++) if (log.has(seq) && outcomeOf(log.outcomeWord(seq)) !== 'cancelled') seen++
    const { totals, us } = this.#accounted
    const missed = Math.max(0, chartedIn(frame.totals) - chartedIn(totals) - seen)
    this.rates.miss(missed, us / 1000, Math.max(us, this.#unseenUntilUs(from, to, frame)) / 1000)
  }

  /** What came before the first sample of a frame had ended by then. */
  #unseenUntilUs(from: number, to: number, frame: Frame): number {
    return from < to && this.log.has(from) ? this.log.doneUs(from) : frame.elapsedUs
  }

  #live(): Live {
    const burst = this.#burst
    const isRunning = burst?.status === 'running'
    const endUs = burst?.finishedAt ? (Date.parse(burst.finishedAt) - Date.parse(burst.startedAt)) * 1000 : null
    const aheadMs = isRunning && this.#parts.now ? this.#parts.now() - this.#heardAtMs : 0
    return {
      totals: this.#totals,
      elapsedUs: endUs ?? this.#elapsedUs,
      rps: isRunning ? this.#window.rps(this.#elapsedUs + aheadMs * 1000) : 0,
      byBackend: this.#counts.byBackend(),
      nobody: unansweredIn(this.#totals),
      lastBackend: this.#lastBackend,
    }
  }

  /** What the panels read, as it is now. */
  shown(): Shown {
    return {
      ...NOTHING_SHOWN,
      source: this.#parts.source,
      burst: this.#burst,
      live: this.#live(),
      generations: this.#generations,
      backends: this.#backends,
      actions: this.#actions,
      resynced: this.#missed > 0 || this.#wasCut ? { missed: this.#missed } : null,
      skipping: this.#isSkipping,
    }
  }
}

/** Charts and rates show all that ended of itself. */
const chartedIn = (totals: Totals): number => totals.answered + unansweredIn(totals)
const unansweredIn = ({ failed, timedOut }: Totals): number => failed + timedOut

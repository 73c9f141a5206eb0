import type { Configuration } from '#lib/protocol/configuration.ts'
import type { Frame } from '#lib/protocol/frame.ts'
import {
  type Action,
  type BackendKey,
  type Burst,
  NO_TOTALS,
  type Totals,
  UNKNOWN_BACKEND,
} from '#lib/protocol/model.ts'
import type { RunBackend } from '#lib/protocol/run.ts'
import { outcomeOf } from '#lib/protocol/sample-record.ts'
import { type Live, MAX_ACTIONS, NOTHING_SHOWN, numberOf, type Shown, sameRun, settledOf } from './page-state.ts'
import { RateSeries } from './rate-series.ts'
import { RateWindow } from './rate-window.ts'
import { RunCounts } from './run-counts.ts'
import { SampleLog } from './sample-log.ts'

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
  /** As the last frame had them: what ended since is in the next one. */
  #told = { totals: NO_TOTALS as Totals, us: 0 }
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
    this.#told = { totals: NO_TOTALS, us: 0 }
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
    // Without samples and without a hole it is a sign of life: nothing new ended.
    if (frame.samples.length > 0) this.#isSkipping = false
    else if (accepted.missed > 0) this.#isSkipping = true
    this.#chart(accepted, frame)
    this.#counts.count(this.log)
    if (this.#burst?.status === 'running' && settledOf(frame.totals) >= settledOf(this.#totals))
      this.#totals = frame.totals
    this.#told = { totals: frame.totals, us: frame.elapsedUs }
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

  #chart({ from, to, unseen }: ReturnType<SampleLog['accept']>, frame: Frame): void {
    const { log, rates } = this
    if (unseen > 0) this.#chartUnseen(from, to, frame)
    for (let seq = from; seq < to; seq++) {
      if (!log.has(seq)) continue
      const outcome = outcomeOf(log.outcomeWord(seq))
      if (outcome === 'cancelled') continue
      const doneUs = log.doneUs(seq)
      const named = log.route(seq)?.backend ?? null
      const backend = outcome === 'answered' ? (named ?? UNKNOWN_BACKEND) : null
      rates.add(backend, doneUs / 1000, log.latencyUs(seq), log.waitUs(seq))
      if (backend === null) continue
      this.#window.add(doneUs)
      this.#lastBackend = named ?? this.#lastBackend
    }
  }

  /** What the totals tell of requests whose samples are not coming: how many there were since the last frame, not who answered. */
  #chartUnseen(from: number, to: number, frame: Frame): void {
    const { log } = this
    let [answered, nobody] = [0, 0]
    for (let seq = from; seq < to; seq++) {
      if (!log.has(seq)) continue
      const outcome = outcomeOf(log.outcomeWord(seq))
      if (outcome === 'answered') answered++
      else if (outcome !== 'cancelled') nobody++
    }
    const last = this.#told.totals
    const unseenAnswered = Math.max(0, frame.totals.answered - last.answered - answered)
    const unseenNobody = Math.max(0, unansweredIn(frame.totals) - unansweredIn(last) - nobody)
    const toUs = Math.max(this.#told.us, from < to ? log.doneUs(from) : frame.elapsedUs)
    this.rates.miss(unseenAnswered + unseenNobody, this.#told.us / 1000, toUs / 1000)
    this.#window.spread(unseenAnswered, this.#told.us, toUs)
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

const unansweredIn = ({ failed, timedOut }: Totals): number => failed + timedOut

import type { BackendKey } from '#lib/protocol/model.ts'
import type { Ending } from './ending.ts'
import { FLIGHT_MS, type Flight, type FlyingSample, isAlone } from './flight.ts'
import { PlayoutClock } from './playout-clock.ts'

/** So many plain dots at once, then each stands for several. Failed and rescued ones come on top. */
export const MAX_FLIGHTS = 300
/** A dot that stands for several waits this long for them. */
const GATHER_MS = 100
/** Failed and rescued ones that ended alike within one picture fly as one. */
const PICTURE_MS = 16
/** Samples this much older than the newest are history, not news: a late joiner does not see them fly. */
const HISTORY_US = 1_000_000
const STEPS = [1, 2, 5]

/** The smallest of 1, 2, 5, 10, 20, 50 … that is not below `wanted`. */
export function niceAtLeast(wanted: number): number {
  for (let ten = 1; ; ten *= 10) {
    const step = STEPS.find((one) => one * ten >= wanted)
    if (step !== undefined) return step * ten
  }
}

type Gathering = { ending: Ending; seqs: number[]; startMs: number }

const kindOf = ({ backend, tried, end }: Ending): string => `${end} ${backend} ${tried.join()}`

/**
 * Each sample flies exactly once, after its answer, for FLIGHT_MS, and ends where it was answered. Time comes in with each
 * call; the same samples at the same times give the same picture. What is in the air is bounded, in a total outage, too.
 */
export class Flights {
  #clock = new PlayoutClock()
  #flights: Flight[] = []
  readonly #gathering = new Map<BackendKey, Gathering>()
  /** Failed and rescued ones that wait for others that ended alike. */
  readonly #unwell = new Map<string, Gathering>()
  /** What departed of late: when, how many samples. */
  #departed: { atMs: number; samples: number }[] = []
  #perDot = 1
  /** Those of #flights that are not drawn alone anyway. */
  #plain = 0
  #isMerging = false

  /** How many requests a plain dot stands for: printed beside the diagram. */
  get perDot(): number {
    return this.#perDot
  }
  /** On their way, or about to depart. */
  get flights(): readonly Flight[] {
    return this.#flights
  }
  /** Whether failed or rescued ones that ended alike have flown as one since nothing flew. */
  get isMerging(): boolean {
    return this.#isMerging
  }
  get isQuiet(): boolean {
    return this.#flights.length === 0 && this.#gathering.size === 0 && this.#unwell.size === 0
  }

  /** Another burst: what flies still lands, times start anew. */
  restart(): void {
    this.#clock = new PlayoutClock()
  }

  /** Samples that came since the last call, in order of seq. */
  depart(samples: readonly FlyingSample[], nowMs: number): void {
    const newestUs = samples.reduce((newest, { doneUs }) => Math.max(newest, doneUs), 0)
    const news = samples.filter(({ doneUs }) => doneUs >= newestUs - HISTORY_US)
    const starts = this.#clock.startsOf(news, nowMs)
    this.#choosePerDot(news, nowMs)
    news.forEach((sample, index) => {
      const startMs = starts[index] ?? nowMs
      if (isAlone(sample) || sample.backend === null) this.#gatherUnwell(sample, startMs)
      else this.#gather(sample.backend, sample.seq, startMs)
    })
    if (!this.#isCrowded) for (const kind of [...this.#unwell.keys()]) this.#goUnwell(kind)
    this.advance(nowMs)
  }

  /** Lands what has arrived, and lets those go that waited long enough for company. */
  advance(nowMs: number): void {
    this.#flights = this.#flights.filter((flight) => nowMs < flight.startMs + FLIGHT_MS)
    this.#plain = this.#flights.reduce((sum, flight) => sum + (isAlone(flight) ? 0 : 1), 0)
    for (const [backend, { startMs }] of this.#gathering) if (nowMs >= startMs + GATHER_MS) this.#go(backend, nowMs)
    for (const [kind, { startMs }] of this.#unwell) if (nowMs >= startMs + GATHER_MS) this.#goUnwell(kind, nowMs)
    if (!this.isQuiet) return
    this.#perDot = 1
    this.#isMerging = false
  }

  #gather(backend: BackendKey, seq: number, startMs: number): void {
    const ending: Ending = { backend, tried: [], end: 'answered' }
    const gathering = this.#gathering.get(backend) ?? { ending, seqs: [], startMs }
    gathering.seqs.push(seq)
    this.#gathering.set(backend, gathering)
    if (gathering.seqs.length >= this.#perDot && this.#plain < MAX_FLIGHTS) this.#go(backend, startMs)
  }

  #go(backend: BackendKey, startMs: number): void {
    const gathering = this.#gathering.get(backend)
    this.#gathering.delete(backend)
    if (!gathering) return
    this.#plain++
    this.#flights.push({ ...gathering.ending, seqs: gathering.seqs, startMs })
  }

  /** More failed and rescued ones in the air than plain ones may be: they wait longer for their like. */
  get #isCrowded(): boolean {
    return this.#flights.length - this.#plain > MAX_FLIGHTS
  }

  #gatherUnwell({ seq, backend, tried, end }: FlyingSample, startMs: number): void {
    const kind = kindOf({ backend, tried, end })
    const waiting = this.#unwell.get(kind)
    if (waiting && startMs - waiting.startMs < (this.#isCrowded ? GATHER_MS : PICTURE_MS)) {
      waiting.seqs.push(seq)
      return
    }
    if (waiting) this.#goUnwell(kind)
    this.#unwell.set(kind, { ending: { backend, tried, end }, seqs: [seq], startMs })
  }

  #goUnwell(kind: string, startMs?: number): void {
    const waiting = this.#unwell.get(kind)
    this.#unwell.delete(kind)
    if (!waiting) return
    this.#flights.push({ ...waiting.ending, seqs: waiting.seqs, startMs: startMs ?? waiting.startMs })
    this.#isMerging ||= waiting.seqs.length > 1
  }

  /** From what would be in the air at once at this pace. Goes up at once, comes down only when it is clearly calmer. */
  #choosePerDot(samples: readonly FlyingSample[], nowMs: number): void {
    const plain = samples.filter((sample) => !isAlone(sample))
    this.#departed = this.#departed.filter(({ atMs }) => atMs > nowMs - FLIGHT_MS)
    this.#departed.push({ atMs: nowMs, samples: plain.length })
    const seen = this.#departed.reduce((sum, one) => sum + one.samples, 0)
    const wanted = niceAtLeast(Math.max(seen, paceOf(plain)) / MAX_FLIGHTS)
    if (wanted > this.#perDot || wanted * 2 < this.#perDot) this.#perDot = wanted
  }
}

/** How many would be in the air at the pace of a batch that is large enough to tell; else 0. */
function paceOf(plain: readonly FlyingSample[]): number {
  const [first, last] = [plain[0], plain.at(-1)]
  if (plain.length < 30 || !first || !last) return 0
  const spanMs = (last.doneUs - first.doneUs) / 1000
  // A batch that spans more than a flight shows by its count what flies at once.
  return spanMs > 0 && spanMs < FLIGHT_MS ? Math.min((plain.length / spanMs) * FLIGHT_MS, 100_000) : 0
}

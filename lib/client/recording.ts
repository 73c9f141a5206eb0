import type { Frame } from '#lib/protocol/frame.ts'
import { type Burst, NO_TOTALS, type Totals } from '#lib/protocol/model.ts'
import type { Run } from '#lib/protocol/run.ts'
import type { RunFile } from '#lib/protocol/run-file.ts'
import { hasDetail, OUTCOME_AT, outcomeOf, ROUTE_AT, SAMPLE_WORDS, statusOf } from '#lib/protocol/sample-record.ts'
import { numberOf, settledOf } from './page-state.ts'
import { totalsOf } from './run-view.ts'

/** A run with its samples, cut into frames again by the time at which their answers were there. Goes forth only; `rewind` goes back. */
export class Recording {
  readonly run: Run
  readonly #file: RunFile
  /** When each answer was there, microseconds since the run's start, ascending. */
  readonly #doneUs: Float64Array
  /** When each request was sent, ascending. */
  readonly #sentUs: Float64Array
  /** The counts before the first sample that is kept. */
  readonly #before: Burst
  #place = 0
  #sent = 0
  #detail = 0
  #totals: Totals

  constructor(file: RunFile) {
    this.#file = file
    this.run = file.run
    const count = file.samples.length / SAMPLE_WORDS
    this.#doneUs = new Float64Array(count)
    this.#sentUs = new Float64Array(count)
    let latest = 0
    for (let place = 0; place < count; place++) {
      const sentUs = file.samples[place * SAMPLE_WORDS] ?? 0
      latest = Math.max(latest, sentUs + (file.samples[place * SAMPLE_WORDS + 1] ?? 0))
      this.#sentUs[place] = sentUs
      this.#doneUs[place] = latest
    }
    this.#sentUs.sort()
    this.#before = beforeSamples(file)
    this.#totals = totalsOf(this.#before)
  }

  /** How many samples it has. */
  get length(): number {
    return this.#doneUs.length
  }
  /** How many of them have been cut off so far. */
  get place(): number {
    return this.#place
  }
  get details(): number {
    return this.#file.details.length
  }
  get endUs(): number {
    const { startedAt, finishedAt } = this.run
    const lasted = finishedAt ? (Date.parse(finishedAt) - Date.parse(startedAt)) * 1000 : 0
    return Math.max(lasted, this.#doneUs.at(-1) ?? 0)
  }

  /** When the answer of a sample was there, by its place from 0. */
  doneUs(place: number): number {
    return this.#doneUs[place] ?? this.endUs
  }

  /** How many answers were there at `us`. */
  placeAt(us: number): number {
    let low = 0
    let high = this.#doneUs.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#doneUs[middle] ?? 0) <= us) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The run as it stood before its first kept sample: what a view starts from. */
  rewind(): Burst {
    this.#place = 0
    this.#sent = 0
    this.#detail = 0
    this.#totals = totalsOf(this.#before)
    return this.#before
  }

  /** What ended since the last frame, up to a place, with the totals as they were at `us`. */
  frame(toPlace: number, us: number): Frame {
    const { firstSeq, samples, routes, peers } = this.#file
    const { generations, backends } = this.run
    const from = this.#place
    const firstDetail = this.#detail
    while (this.#place < toPlace) this.#countNext()
    while (this.#sent < this.#sentUs.length && (this.#sentUs[this.#sent] ?? 0) <= us) this.#sent++
    const inFlight = Math.max(0, this.#sent - toPlace)
    return {
      burst: numberOf(this.run),
      firstSeq: firstSeq + from,
      gap: false,
      elapsedUs: us,
      totals: { ...this.#totals, inFlight, sent: settledOf(this.#totals) + inFlight },
      samples: samples.subarray(from * SAMPLE_WORDS, toPlace * SAMPLE_WORDS),
      tables: from === 0 ? { routes, peers, generations, backends } : null,
      details: this.#file.details.slice(firstDetail, this.#detail),
    }
  }

  #countNext(): void {
    const { samples, details, firstSeq } = this.#file
    const seq = firstSeq + this.#place
    const word = samples[this.#place * SAMPLE_WORDS + OUTCOME_AT] ?? 0
    this.#place++
    const totals = this.#totals
    const outcome = outcomeOf(word)
    totals[outcome]++
    if (outcome === 'answered' && statusOf(word) >= 500) totals.errors++
    if (!hasDetail(word)) return
    while ((details[this.#detail]?.seq ?? Number.POSITIVE_INFINITY) < seq) this.#detail++
    const detail = details[this.#detail]
    // The file keeps the latest details only.
    if (detail?.seq !== seq) return
    this.#detail++
    if (detail.resent) totals.resent++
    if (outcome === 'answered' && detail.attempts.length > 1) totals.rescued++
  }
}

/** The run's summary less all that the kept samples tell. */
function beforeSamples({ run, firstSeq, samples, routes }: RunFile): Burst {
  const counted: Record<string, { answered: number; errors: number }> = {}
  const totals = { ...NO_TOTALS }
  for (let at = 0; at < samples.length; at += SAMPLE_WORDS) {
    const word = samples[at + OUTCOME_AT] ?? 0
    const outcome = outcomeOf(word)
    totals[outcome]++
    if (outcome !== 'answered') continue
    const isError = statusOf(word) >= 500
    if (isError) totals.errors++
    const backend = routes[samples[at + ROUTE_AT] ?? 0]?.backend
    if (!backend) continue
    counted[backend] ??= { answered: 0, errors: 0 }
    counted[backend].answered++
    if (isError) counted[backend].errors++
  }
  const isWhole = firstSeq === 0
  const less = (key: keyof Totals) => (isWhole ? 0 : Math.max(0, run[key] - totals[key]))
  const { generations: _, backends: __, actions: ___, ...burst } = run
  return {
    ...burst,
    ...NO_TOTALS,
    ...{ answered: less('answered'), errors: less('errors'), failed: less('failed') },
    ...{ timedOut: less('timedOut'), cancelled: less('cancelled') },
    status: 'running',
    finishedAt: null,
    byBackend: isWhole
      ? []
      : run.byBackend.map((share) => ({
          ...share,
          answered: Math.max(0, share.answered - (counted[share.backend]?.answered ?? 0)),
          errors: Math.max(0, share.errors - (counted[share.backend]?.errors ?? 0)),
          rescuedFrom: 0,
        })),
    ...{ fairness: null, deviations: null, stretches: [], stretchesLeftOut: 0, failovers: [] },
  }
}

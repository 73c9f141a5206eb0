import type { Frame } from '#lib/protocol/frame.ts'
import { type Burst, NO_TOTALS, settledOf, type Totals } from '#lib/protocol/model.ts'
import type { Run } from '#lib/protocol/run.ts'
import type { RunFile } from '#lib/protocol/run-file.ts'
import {
  NO_ROUTE,
  OUTCOME_AT,
  outcomeOf,
  ROUTE_AT,
  SAMPLE_WORDS,
  startedLate,
  statusOf,
} from '#lib/protocol/sample-record.ts'
import { numberOf } from './page-state.ts'
import { RecordedSummary } from './recorded-summary.ts'
import { totalsOf } from './run-view.ts'

/** A run with its samples, cut into frames again by the time at which their answers were there. Goes forth only; `rewind` goes back. */
export class Recording {
  readonly run: Run
  readonly #file: RunFile
  /** When each answer was there, microseconds since the run's start, ascending. */
  readonly #doneUs: Float64Array
  /** When each request was sent, ascending. */
  readonly #sentUs: Float64Array
  /** When those were sent that had waited for a free place, ascending. */
  readonly #lateUs: Float64Array
  /** The counts before the first sample that is kept. */
  readonly #before: Burst
  #summary: RecordedSummary
  #place = 0
  #sent = 0
  #detail = 0

  constructor(file: RunFile) {
    this.#file = file
    this.run = file.run
    const count = file.samples.length / SAMPLE_WORDS
    this.#doneUs = new Float64Array(count)
    this.#sentUs = new Float64Array(count)
    const lateUs: number[] = []
    let latest = 0
    for (let place = 0; place < count; place++) {
      const sentUs = file.samples[place * SAMPLE_WORDS] ?? 0
      latest = Math.max(latest, sentUs + (file.samples[place * SAMPLE_WORDS + 1] ?? 0))
      this.#sentUs[place] = sentUs
      this.#doneUs[place] = latest
      if (startedLate(file.samples[place * SAMPLE_WORDS + OUTCOME_AT] ?? 0)) lateUs.push(sentUs)
    }
    this.#sentUs.sort()
    this.#lateUs = Float64Array.from(lateUs).sort()
    this.#before = beforeSamples(file)
    this.#summary = this.#newSummary()
  }

  /** How many samples it has. */
  get length(): number {
    return this.#doneUs.length
  }
  /** How many of them have been cut off so far. */
  get place(): number {
    return this.#place
  }
  get endUs(): number {
    const { startedAt, finishedAt } = this.run
    const lasted = finishedAt ? (Date.parse(finishedAt) - Date.parse(startedAt)) * 1000 : 0
    return Math.max(lasted, this.#doneUs.at(-1) ?? 0)
  }

  /** The summary that the server had at the end. */
  get final(): Burst {
    return withoutTables(this.run)
  }

  /** When the answer of a sample was there, by its place from 0. */
  doneUs(place: number): number {
    return this.#doneUs[place] ?? this.endUs
  }

  /** How many answers were there at `us`. */
  placeAt(us: number): number {
    return countUpTo(us, this.#doneUs)
  }

  /** The run as it stood before its first kept sample: what a view starts from. */
  rewind(): Burst {
    this.#place = 0
    this.#sent = 0
    this.#detail = 0
    this.#summary = this.#newSummary()
    return this.#before
  }

  /** What ended since the last frame, up to a place, with the totals as they were at `us`. */
  frame(toPlace: number, us: number): Frame {
    const from = { place: this.#place, detail: this.#detail }
    while (this.#place < toPlace) this.#countNext()
    while (this.#sent < this.#sentUs.length && (this.#sentUs[this.#sent] ?? 0) <= us) this.#sent++
    return this.#frameOf(from, us, this.#totals())
  }

  /** All that is left, with the totals of the end: nothing of it is counted again, so that a large run opens at once. Rewind after it. */
  rest(): Frame {
    const from = { place: this.#place, detail: this.#detail }
    this.#place = this.length
    this.#detail = this.#file.details.length
    return this.#frameOf(from, this.endUs, totalsOf(this.run))
  }

  #frameOf(from: { place: number; detail: number }, elapsedUs: number, totals: Totals): Frame {
    const { firstSeq, samples, routes, peers, details } = this.#file
    const { generations, backends } = this.run
    return {
      burst: numberOf(this.run),
      firstSeq: firstSeq + from.place,
      gap: false,
      ...{ elapsedUs, totals },
      samples: samples.subarray(from.place * SAMPLE_WORDS, this.#place * SAMPLE_WORDS),
      tables: from.place === 0 ? { routes, peers, generations, backends } : null,
      details: details.slice(from.detail, this.#detail),
    }
  }

  /** The server's summary as it was at `us`, when all up to there has been cut off. */
  summary(us: number): Burst {
    return { ...this.#summary.at(us, this.#totals()), lateStarts: this.#lateStartsAt(us) }
  }

  /** Of what was sent by then, as the server counts it. Those before the first kept sample are not known. */
  #lateStartsAt(us: number): number | null {
    if (this.run.lateStarts === null || this.#file.firstSeq > 0 || this.#sent === 0) return null
    return countUpTo(us, this.#lateUs) / this.#sent
  }

  #totals(): Totals {
    const ended = this.#summary.totals
    const inFlight = Math.max(0, this.#sent - this.#place)
    return { ...ended, inFlight, sent: settledOf(ended) + inFlight }
  }

  #countNext(): void {
    const { samples, details, firstSeq } = this.#file
    const seq = firstSeq + this.#place
    while ((details[this.#detail]?.seq ?? Number.POSITIVE_INFINITY) < seq) this.#detail++
    const next = details[this.#detail]
    // The file has the latest details only.
    const detail = next?.seq === seq ? next : null
    if (detail) this.#detail++
    this.#summary.take(samples, this.#place * SAMPLE_WORDS, seq, detail)
    this.#place++
  }

  #newSummary(): RecordedSummary {
    const { routes, peers } = this.#file
    const tables = { route: (index: number) => routes[index], peer: (index: number) => peers[index] }
    return new RecordedSummary(this.run, tables, this.#before)
  }
}

/** How many of some ascending times have come. */
function countUpTo(us: number, times: Float64Array): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? 0) <= us) low = middle + 1
    else high = middle
  }
  return low
}

const withoutTables = ({ generations: _, backends: __, actions: ___, ...burst }: Run): Burst => burst

/** The run's summary less all that the kept samples tell. */
function beforeSamples({ run, firstSeq, samples, routes }: RunFile): Burst {
  const begun: Burst = {
    ...{
      ...withoutTables(run),
      ...NO_TOTALS,
      status: 'running',
      finishedAt: null,
      byBackend: [],
      byStatus: {},
      rps: 0,
    },
    ...{ fairness: null, deviations: null, stretches: [], stretchesLeftOut: 0, failovers: [] },
    latencyMs: { fromSent: null, fromIntended: null },
    lateStarts: null,
  }
  if (firstSeq === 0) return begun
  const counted: Record<string, { answered: number; errors: number }> = {}
  const kept = { ...NO_TOTALS }
  for (let at = 0; at < samples.length; at += SAMPLE_WORDS) {
    const word = samples[at + OUTCOME_AT] ?? 0
    const outcome = outcomeOf(word)
    kept[outcome]++
    if (outcome !== 'answered') continue
    const isError = statusOf(word) >= 500 ? 1 : 0
    kept.errors += isError
    const index = samples[at + ROUTE_AT] ?? NO_ROUTE
    const backend = index === NO_ROUTE ? null : routes[index]?.backend
    if (!backend) continue
    counted[backend] ??= { answered: 0, errors: 0 }
    counted[backend].answered++
    counted[backend].errors += isError
  }
  const less = (key: 'answered' | 'errors' | 'failed' | 'timedOut' | 'cancelled') => Math.max(0, run[key] - kept[key])
  return {
    ...begun,
    ...{ answered: less('answered'), errors: less('errors'), failed: less('failed') },
    ...{ timedOut: less('timedOut'), cancelled: less('cancelled') },
    byBackend: run.byBackend.map((share) => ({
      ...share,
      answered: Math.max(0, share.answered - (counted[share.backend]?.answered ?? 0)),
      errors: Math.max(0, share.errors - (counted[share.backend]?.errors ?? 0)),
      rescuedFrom: 0,
    })),
  }
}

import { bucketOf, HISTOGRAM_BUCKETS, quantilesUs } from '#lib/analysis/histogram.ts'
import type { BackendKey } from '#lib/protocol/model.ts'

export const KEPT_SECONDS = 600

const QUANTILES = { p50: 0.5, p95: 0.95, p99: 0.99 } as const
/** Fewer values than this say nothing about such a quantile. */
const AT_LEAST = { p50: 1, p95: 20, p99: 100 } as const

/** Milliseconds; null: too few samples for it (p95 from 20 on, p99 from 100 on). */
type Latencies = { p50Ms: number | null; p95Ms: number | null; p99Ms: number | null }

/** One second of the charts: a sample belongs to the second of the run in which its answer was complete. */
export type RateBucket = Latencies & {
  /** Since the run's start: 0 is its first second. */
  second: number
  /** Answered, by the backend's place in `RateSeries.backends`; undefined: it answered nothing here. */
  answered: readonly (number | undefined)[]
  /** Failed and timed out: nobody answered. */
  nobody: number
  /** Requests that ended in this second by the server's totals and whose samples this browser never got. */
  missed: number
  /** The same quantiles from when each request was due: with a rate, waiting for a free place is in them. */
  fromDue: Latencies
}

type Open = Omit<RateBucket, 'answered'> & { answered: (number | undefined)[] }

const NO_LATENCIES: Latencies = { p50Ms: null, p95Ms: null, p99Ms: null }

/**
 * Per-second counts and latencies of one run for the charts, its last KEPT_SECONDS. Seconds in which nothing ended have no
 * bucket: read them as zero. All of a bucket's counts add up to what the server's totals say of that second.
 */
export class RateSeries {
  #buckets: Open[] = []
  readonly #places = new Map<BackendKey, number>()
  readonly #fromSent = new LatencyRow()
  readonly #fromDue = new LatencyRow()

  /** Backends in the order in which they first answered: the index into `answered`. */
  get backends(): BackendKey[] {
    return [...this.#places.keys()]
  }
  /** Oldest first; the last one may still grow. */
  get buckets(): readonly RateBucket[] {
    this.#measure()
    return this.#buckets
  }

  /** Another run: its seconds begin at zero. */
  clear(): void {
    this.#buckets = []
    this.#places.clear()
    this.#closeSecond()
  }

  /** One sample that ended `sinceMs` after the run's start; backend null: nobody answered. */
  add(backend: BackendKey | null, sinceMs: number, latencyUs: number, waitUs = 0): void {
    const bucket = this.#at(Math.floor(sinceMs / 1000))
    if (!bucket) return
    if (backend === null) {
      bucket.nobody++
      return
    }
    const place = this.#places.get(backend) ?? this.#places.size
    this.#places.set(backend, place)
    bucket.answered[place] = (bucket.answered[place] ?? 0) + 1
    // Only the newest second is still measured: one that ends late is counted, its latency is not.
    if (bucket !== this.#buckets.at(-1)) return
    this.#fromSent.record(latencyUs)
    this.#fromDue.record(latencyUs + waitUs)
  }

  /** Requests that ended at unknown times within [fromMs, toMs) and whose samples are not coming. */
  miss(count: number, fromMs: number, toMs: number): void {
    const last = Math.max(Math.floor(fromMs / 1000), Math.ceil(toMs / 1000) - 1)
    const first = Math.max(Math.floor(fromMs / 1000), last - KEPT_SECONDS + 1)
    for (let second = first; second <= last; second++) {
      const within = Math.min((second + 1) * 1000, toMs) - Math.max(second * 1000, fromMs)
      const bucket = this.#at(second)
      if (bucket) bucket.missed += toMs > fromMs ? (count * within) / (toMs - fromMs) : count
    }
  }

  #at(second: number): Open | null {
    const newest = this.#buckets.at(-1)
    if (newest?.second === second) return newest
    if (newest && second <= newest.second - KEPT_SECONDS) return null
    const bucket: Open = {
      ...{ second, answered: [], nobody: 0, missed: 0, ...NO_LATENCIES },
      fromDue: NO_LATENCIES,
    }
    if (newest && second < newest.second) {
      const after = this.#buckets.findLastIndex((one) => one.second <= second)
      const found = this.#buckets[after]
      if (found?.second === second) return found
      this.#buckets.splice(after + 1, 0, bucket)
      return bucket
    }
    this.#measure()
    this.#closeSecond()
    this.#buckets.push(bucket)
    while ((this.#buckets[0]?.second ?? second) <= second - KEPT_SECONDS) this.#buckets.shift()
    return bucket
  }

  #measure(): void {
    const newest = this.#buckets.at(-1)
    if (!newest) return
    Object.assign(newest, this.#fromSent.quantiles())
    newest.fromDue = this.#fromDue.quantiles()
  }

  #closeSecond(): void {
    this.#fromSent.clear()
    this.#fromDue.clear()
  }
}

/** The latencies of one second. Measured again only when one more has come. */
class LatencyRow {
  #counts: Uint32Array | null = null
  #total = 0
  #maxUs = 0
  #measured: Latencies | null = NO_LATENCIES

  record(us: number): void {
    this.#counts ??= new Uint32Array(HISTOGRAM_BUCKETS)
    const bucket = bucketOf(us)
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    this.#total++
    this.#maxUs = Math.max(this.#maxUs, us)
    this.#measured = null
  }

  quantiles(): Latencies {
    this.#measured ??= this.#measure()
    return this.#measured
  }

  #measure(): Latencies {
    const [p50, p95, p99] = quantilesUs(this.#counts ?? [], Object.values(QUANTILES), this.#maxUs) ?? []
    const ms = (us: number | undefined, atLeast: number) =>
      us === undefined || this.#total < atLeast ? null : us / 1_000
    return { p50Ms: ms(p50, AT_LEAST.p50), p95Ms: ms(p95, AT_LEAST.p95), p99Ms: ms(p99, AT_LEAST.p99) }
  }

  clear(): void {
    this.#counts?.fill(0)
    this.#total = 0
    this.#maxUs = 0
    this.#measured = NO_LATENCIES
  }
}

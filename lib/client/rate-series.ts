import type { BackendKey } from '#lib/protocol/model.ts'
import { LatencyBuckets } from './latency-buckets.ts'

export const KEPT_SECONDS = 600

/** One second of the charts: a sample belongs to the second of the burst in which its answer was complete. */
export type RateBucket = {
  /** Since the burst's start: 0 is its first second. */
  second: number
  /** Answered, by the backend's place in `RateSeries.backends`; undefined: it answered nothing here. */
  answered: readonly (number | undefined)[]
  /** Failed and timed out: nobody answered. */
  nobody: number
  /** Samples of this second that this browser never got, about. */
  missed: number
  /** null: too few samples for it (p95 from 20 on, p99 from 100 on). */
  p50Ms: number | null
  p95Ms: number | null
  p99Ms: number | null
}

type Open = { second: number; answered: (number | undefined)[]; nobody: number; missed: number } & Omit<
  RateBucket,
  'second' | 'answered' | 'nobody' | 'missed'
>

/**
 * Per-second counts and latencies of one burst for the charts, its last KEPT_SECONDS. Seconds without a sample have no
 * bucket: read them as zero. Filled sample by sample, read once a second.
 */
export class RateSeries {
  #buckets: Open[] = []
  readonly #places = new Map<BackendKey, number>()
  readonly #latencies = new LatencyBuckets()
  /** Backends in the order in which they first answered: the index into `answered`. */
  get backends(): BackendKey[] {
    return [...this.#places.keys()]
  }
  /** Oldest first; the last one may still grow. */
  get buckets(): readonly RateBucket[] {
    this.#measure()
    return this.#buckets
  }

  /** Another burst: its seconds begin at zero. */
  clear(): void {
    this.#buckets = []
    this.#places.clear()
    this.#latencies.clear()
  }

  /** One sample that ended `sinceMs` after the burst's start; backend null: nobody answered. */
  add(backend: BackendKey | null, sinceMs: number, latencyUs: number): void {
    const bucket = this.#at(Math.floor(sinceMs / 1000))
    if (!bucket) return
    if (backend === null) bucket.nobody++
    else {
      const place = this.#places.get(backend) ?? this.#places.size
      this.#places.set(backend, place)
      bucket.answered[place] = (bucket.answered[place] ?? 0) + 1
      // Only the newest second is still measured: one that ends late is counted, its latency is not.
      if (bucket === this.#buckets.at(-1)) this.#latencies.record(latencyUs)
    }
  }

  /** Samples that ended about then and never came. */
  miss(count: number, sinceMs: number): void {
    const bucket = this.#at(Math.floor(sinceMs / 1000))
    if (bucket) bucket.missed += count
  }

  #at(second: number): Open | null {
    const newest = this.#buckets.at(-1)
    if (newest?.second === second) return newest
    if (newest && newest.second > second) return this.#buckets.findLast((bucket) => bucket.second === second) ?? null
    this.#measure()
    this.#latencies.clear()
    const bucket: Open = { second, answered: [], nobody: 0, missed: 0, p50Ms: null, p95Ms: null, p99Ms: null }
    this.#buckets.push(bucket)
    while ((this.#buckets[0]?.second ?? second) <= second - KEPT_SECONDS) this.#buckets.shift()
    return bucket
  }

  #measure(): void {
    const newest = this.#buckets.at(-1)
    if (!newest) return
    newest.p50Ms = this.#latencies.quantileMs(0.5, 1)
    newest.p95Ms = this.#latencies.quantileMs(0.95, 20)
    newest.p99Ms = this.#latencies.quantileMs(0.99, 100)
  }
}

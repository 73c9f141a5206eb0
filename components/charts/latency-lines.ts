import type { RateBucket } from '#lib/client/rate-series.ts'
import type { ChartWindow } from './chart-window.ts'

export type LatencyLine = { name: 'p50' | 'p95' | 'p99'; ms: (number | null)[] }
export type LatencyLines = { at: number[]; lines: LatencyLine[]; peakMs: number }

/** p50, p95 and p99 of each second, in the middle of it; null where there were too few samples, so that a line has gaps and no guesses. */
export function latencyLines(buckets: readonly RateBucket[], window: ChartWindow): LatencyLines {
  const inside = buckets.filter(({ second }) => second >= window.from && second < window.to)
  const bySecond = new Map(inside.map((bucket) => [bucket.second, bucket]))
  const seconds = Array.from({ length: window.to - window.from }, (_, index) => window.from + index)
  const read = (pick: (bucket: RateBucket) => number | null) =>
    seconds.map((second) => {
      const bucket = bySecond.get(second)
      return bucket ? pick(bucket) : null
    })
  const lines: LatencyLine[] = [
    { name: 'p50', ms: read((bucket) => bucket.p50Ms) },
    { name: 'p95', ms: read((bucket) => bucket.p95Ms) },
    { name: 'p99', ms: read((bucket) => bucket.p99Ms) },
  ]
  const peakMs = Math.max(0, ...lines.flatMap(({ ms }) => ms.map((value) => value ?? 0)))
  return { at: seconds.map((second) => second + 0.5 - window.to), lines, peakMs }
}

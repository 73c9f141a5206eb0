import type { BackendNumbers } from '#components/backends/numbers.ts'
import type { RateBucket } from '#lib/client/rate-series.ts'
import type { BackendKey } from '#lib/protocol/model.ts'
import type { ChartWindow } from './chart-window.ts'

/** One area of the stack; backend null: requests that nobody answered. */
export type Layer = { backend: BackendKey | null; own: (number | null)[]; top: (number | null)[] }

/** Seconds before the right edge, one more than there are buckets: the last value holds to the edge. */
export type RateStack = { at: number[]; layers: Layer[]; peak: number }

/**
 * Requests a second, stacked by backend from number 1 up, nobody on top. A backend has null, no area, before its first
 * answer and, once it is gone, after its last; a second without a bucket counts as zero.
 */
export function stackRates(
  buckets: readonly RateBucket[],
  backends: readonly BackendKey[],
  present: ReadonlySet<BackendKey>,
  numbers: BackendNumbers,
  window: ChartWindow,
): RateStack {
  const seconds = Array.from({ length: window.to - window.from }, (_, index) => window.from + index)
  const bySecond = new Map(buckets.map((bucket) => [bucket.second, bucket]))
  const at = [...seconds, window.to].map((second) => second - window.to)
  const places = backends
    .map((backend, place) => ({ backend, place }))
    .sort((a, b) => (numbers.get(a.backend) ?? 1e9) - (numbers.get(b.backend) ?? 1e9))
  const rows: Omit<Layer, 'top'>[] = places.flatMap(({ backend, place }) => {
    const answering = buckets.filter((bucket) => bucket.answered[place] !== undefined)
    const first = answering[0]?.second
    const last = answering.at(-1)?.second
    if (first === undefined || last === undefined) return []
    const until = present.has(backend) ? window.to : last
    const own = seconds.map((second) =>
      second < first || second > until ? null : (bySecond.get(second)?.answered[place] ?? 0),
    )
    return own.every((value) => value === null) ? [] : [{ backend, own }]
  })
  const nobody = seconds.map((second) => bySecond.get(second)?.nobody ?? 0)
  if (nobody.some((count) => count > 0)) rows.push({ backend: null, own: nobody })
  const sums: number[] = seconds.map(() => 0)
  const layers = rows.map(({ backend, own }) => {
    const top = own.map((value, index) => {
      if (value === null) return null
      sums[index] = (sums[index] ?? 0) + value
      return sums[index] ?? 0
    })
    return { backend, own, top: [...top, top.at(-1) ?? null] }
  })
  return { at, layers, peak: Math.max(0, ...sums) }
}

/** The thinnest band of the stack where it is thickest. */
export function thinnestOf({ layers }: RateStack): number {
  const thickest = layers.map(({ own }) => own.reduce<number>((most, value) => Math.max(most, value ?? 0), 0))
  return thickest.length === 0 ? 0 : Math.min(...thickest)
}

const ROUND = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10]

/** The next round number above, so that the axis has a calm top. */
export function roundUp(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  const step = ROUND.find((factor) => factor * power >= value) ?? 10
  // 3 * 0.1 is not 0.3, and the axis would say so.
  return Number((step * power).toPrecision(3))
}

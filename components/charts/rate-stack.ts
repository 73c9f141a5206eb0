import { type BackendNumbers, byNumber, nameOf } from '#components/backends/numbers.ts'
import { type MarkGroup, marksText } from '#components/canvas/merge-marks.ts'
import { formatRate } from '#components/ui/figures.ts'
import type { RateBucket } from '#lib/client/rate-series.ts'
import type { BackendKey } from '#lib/protocol/model.ts'
import type { ChartWindow } from './chart-window.ts'

/**
 * One area of the stack. `missed`: requests that ended by the server's totals and whose samples this browser never got, so
 * that nobody here can say who answered. `nobody`: no backend answered. Both have no backend.
 */
export type Layer = {
  kind: 'backend' | 'missed' | 'nobody'
  backend: BackendKey | null
  own: (number | null)[]
  top: (number | null)[]
}

/** Seconds before the right edge, one more than there are buckets: the last value holds to the edge. */
export type RateStack = { at: number[]; layers: Layer[]; peak: number }

/**
 * Requests a second, stacked by backend from number 1 up, then what this browser missed, nobody on top. A backend has null,
 * no area, before its first answer and after its last; a second without a bucket counts as zero.
 */
export function stackRates(
  buckets: readonly RateBucket[],
  backends: readonly BackendKey[],
  numbers: BackendNumbers,
  window: ChartWindow,
): RateStack {
  const seconds = Array.from({ length: window.to - window.from }, (_, index) => window.from + index)
  const bySecond = new Map(buckets.map((bucket) => [bucket.second, bucket]))
  const at = [...seconds, window.to].map((second) => second - window.to)
  const places = backends
    .map((backend, place) => ({ backend, place }))
    .sort((one, other) => byNumber(numbers)(one.backend, other.backend))
  const rows: Omit<Layer, 'top'>[] = places.flatMap(({ backend, place }) => {
    const answering = buckets.filter((bucket) => bucket.answered[place] !== undefined)
    const first = answering[0]?.second
    const last = answering.at(-1)?.second
    if (first === undefined || last === undefined) return []
    // A value holds to the next one: without the zero after its last second that second would not be drawn.
    const own = seconds.map((second) =>
      second < first || second > last + 1 ? null : (bySecond.get(second)?.answered[place] ?? 0),
    )
    return own.some((value) => value !== null && value > 0) ? [{ kind: 'backend' as const, backend, own }] : []
  })
  for (const kind of ['missed', 'nobody'] as const) {
    const own = seconds.map((second) => bySecond.get(second)?.[kind] ?? 0)
    if (own.some((count) => count > 0)) rows.push({ kind, backend: null, own })
  }
  const sums: number[] = seconds.map(() => 0)
  const layers = rows.map((row) => {
    const top = row.own.map((value, index) => {
      if (value === null) return null
      sums[index] = (sums[index] ?? 0) + value
      return sums[index] ?? 0
    })
    return { ...row, top: [...top, top.at(-1) ?? null] }
  })
  return { at, layers, peak: Math.max(0, ...sums) }
}

export const layerName = ({ kind, backend }: Pick<Layer, 'kind' | 'backend'>, numbers: BackendNumbers): string => {
  if (backend !== null) return nameOf(backend, numbers)
  return kind === 'missed' ? 'not seen' : 'nobody'
}

/** The rate chart in words: the last second by backend, the highest second, and the marks. */
export function rateSummary(stack: RateStack, marks: readonly MarkGroup[], numbers: BackendNumbers): string {
  const parts = stack.layers.flatMap((layer) => {
    const last = layer.own.at(-1)
    return last ? [`${layerName(layer, numbers)}: ${formatRate(last)}`] : []
  })
  const now = parts.length > 0 ? `Last second, answered by ${parts.join(', ')}.` : 'Nothing in the last second.'
  const missed = stack.layers.some(({ kind }) => kind === 'missed')
    ? ' Hatched: seconds whose samples did not all reach this browser.'
    : ''
  return `${now} Highest: ${formatRate(stack.peak)} a second.${missed}${marksText(marks)}`
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

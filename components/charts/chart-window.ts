import type { Action } from '#lib/protocol/model.ts'

/** Epoch seconds: from (included) to (not included). */
export type ChartWindow = { from: number; to: number; running: boolean }

const SPANS_SECONDS = [15, 30, 60, 120, 300, 600] as const

/**
 * What the charts show: up to the last whole second while a burst runs, else up to the end of what there is; back to the
 * burst's start, in steps, so that the axis does not creep. Null when there is nothing to show.
 */
export function chartWindow(seen: {
  nowSecond: number | null
  newestSecond: number | null
  startSecond: number | null
}): ChartWindow | null {
  const { nowSecond, newestSecond, startSecond } = seen
  const to = nowSecond ?? (newestSecond === null ? null : newestSecond + 1)
  if (to === null) return null
  const age = to - (startSecond ?? to)
  const span = SPANS_SECONDS.find((seconds) => seconds >= age) ?? SPANS_SECONDS[SPANS_SECONDS.length - 1] ?? 600
  return { from: to - span, to, running: nowSecond !== null }
}

/** An action on a chart's time axis: seconds before the right edge (0 or less). */
export type Mark = { id: number; at: number; label: string }

export function marksIn(actions: readonly Action[], { from, to }: ChartWindow): Mark[] {
  return actions.flatMap(({ id, at, label }) => {
    const second = Date.parse(at) / 1_000
    return second >= from && second <= to ? [{ id, at: second - to, label }] : []
  })
}

/** `-12 s` at the left, `now` or `end` at the right, bare numbers between. */
export function timeLabels(splits: readonly number[], running: boolean): string[] {
  return splits.map((split, index) => {
    if (split === 0) return running ? 'now' : 'end'
    return index === 0 ? `${split} s` : String(split)
  })
}

/** Five labels or so, at seconds that people count in. */
export function timeSplits(span: number): number[] {
  const step = [3, 6, 15, 30, 60, 120].find((seconds) => span / seconds <= 5) ?? 120
  return Array.from({ length: Math.floor(span / step) + 1 }, (_, index) => -span + (span % step) + index * step)
}

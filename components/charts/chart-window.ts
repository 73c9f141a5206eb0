import type { Action } from '#lib/protocol/model.ts'

/** Seconds since the burst's start: from (included) to (not included). What lies before 0 was before the burst. */
export type ChartWindow = { from: number; to: number; running: boolean }

const SPANS_SECONDS = [15, 30, 60, 120, 300, 600] as const

export type ChartSeen = {
  /** Whole seconds of the running burst; null when none runs. */
  nowSecond: number | null
  /** The newest second in which something ended; null: nothing has. */
  newestSecond: number | null
  /** How long the burst was, when it is over. */
  ranSeconds: number
}

/**
 * What the charts show: up to the last whole second while the burst runs, else up to its end; a last second of which only
 * the lesser part was, would look like a fall. Back to the burst's start, in steps, so that the axis does not creep. Null
 * when there is nothing to show.
 */
export function chartWindow({ nowSecond, newestSecond, ranSeconds }: ChartSeen): ChartWindow | null {
  const ended = newestSecond === null ? null : Math.min(newestSecond + 1, Math.max(1, Math.round(ranSeconds)))
  const to = nowSecond ?? ended
  if (to === null) return null
  const span = SPANS_SECONDS.find((seconds) => seconds >= to) ?? SPANS_SECONDS[SPANS_SECONDS.length - 1] ?? 600
  return { from: to - span, to, running: nowSecond !== null }
}

/** An action on a chart's time axis: seconds before the right edge (0 or less). */
export type Mark = { id: number; at: number; kind: Action['kind']; label: string }

/** What happened in the run `burst`, on its own clock: what an earlier run saw is no mark of this one. */
export function marksIn(actions: readonly Action[], burst: string, { from, to }: ChartWindow): Mark[] {
  return actions.flatMap(({ id, kind, label, burst: during }) => {
    if (during?.id !== burst) return []
    const second = during.sinceUs / 1_000_000
    return second >= from && second <= to ? [{ id, at: second - to, kind, label }] : []
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

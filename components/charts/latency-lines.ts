import { type MarkGroup, marksText } from '#components/canvas/merge-marks.ts'
import { formatMs } from '#components/ui/figures.ts'
import type { RateBucket } from '#lib/client/rate-series.ts'
import type { ChartWindow } from './chart-window.ts'

export const LATENCY_LINES = ['p50', 'p95', 'p99', 'p50 due', 'p99 due'] as const
export type LatencyLine = { name: (typeof LATENCY_LINES)[number]; ms: (number | null)[] }
/** `missed`: the seconds, before the right edge, whose samples did not all reach this browser. */
export type LatencyLines = { at: number[]; lines: LatencyLine[]; peakMs: number; missed: number[] }

const READ: Record<LatencyLine['name'], (bucket: RateBucket) => number | null> = {
  p50: ({ p50Ms }) => p50Ms,
  p95: ({ p95Ms }) => p95Ms,
  p99: ({ p99Ms }) => p99Ms,
  'p50 due': ({ fromDue }) => fromDue.p50Ms,
  'p99 due': ({ fromDue }) => fromDue.p99Ms,
}
/** Where no request waits, the lines from due lie on those from sent. */
const WAITS_ABOVE = 1.02

const isDue = (name: LatencyLine['name']): boolean => name.endsWith('due')

const waits = ({ p50Ms, p99Ms, fromDue }: RateBucket): boolean =>
  (fromDue.p50Ms ?? 0) > (p50Ms ?? 0) * WAITS_ABOVE || (fromDue.p99Ms ?? 0) > (p99Ms ?? 0) * WAITS_ABOVE

/**
 * The quantiles of each second from when requests were sent and, where some waited for a free place, from when they were
 * due, in the middle of the second. Null where there were too few samples, so that a line has gaps and no guesses.
 */
export function latencyLines(buckets: readonly RateBucket[], window: ChartWindow): LatencyLines {
  const inside = buckets.filter(({ second }) => second >= window.from && second < window.to)
  const bySecond = new Map(inside.map((bucket) => [bucket.second, bucket]))
  const seconds = Array.from({ length: window.to - window.from }, (_, index) => window.from + index)
  const hasWaits = inside.some(waits)
  const lines = LATENCY_LINES.filter((name) => hasWaits || !isDue(name)).map((name): LatencyLine => {
    const ms = seconds.map((second) => {
      const bucket = bySecond.get(second)
      return bucket ? READ[name](bucket) : null
    })
    return { name, ms }
  })
  const peakMs = Math.max(0, ...lines.flatMap(({ ms }) => ms.map((value) => value ?? 0)))
  const missed = inside.filter((bucket) => bucket.missed > 0).map(({ second }) => second - window.to)
  return { at: seconds.map((second) => second + 0.5 - window.to), lines, peakMs, missed }
}

const lastOf = (values: readonly (number | null)[]): number | null => values.findLast((value) => value !== null) ?? null

/** The latency chart in words: the newest value of each line, what is not said for lack of samples, and the marks. */
export function latencySummary(
  { lines, peakMs, missed }: Omit<LatencyLines, 'at'>,
  marks: readonly MarkGroup[],
): string {
  const parts = lines.map(({ name, ms }) => {
    const last = lastOf(ms)
    const words = isDue(name) ? `${name.slice(0, 3)} from due` : name
    return `${words} ${last === null ? 'not enough samples in a second' : formatMs(last)}`
  })
  const hatched = missed.length > 0 ? ' Hatched: seconds whose samples did not all reach this browser.' : ''
  return `Newest: ${parts.join(', ')}. Highest: ${formatMs(peakMs)}.${hatched}${marksText(marks)}`
}

import { type BackendNumbers, nameOf } from '#components/backends/numbers.ts'
import type { MarkGroup } from '#components/canvas/merge-marks.ts'
import { formatMs, formatRate } from '#components/ui/figures.ts'
import type { LatencyLines } from './latency-lines.ts'
import type { RateStack } from './rate-stack.ts'

const marksText = (marks: readonly MarkGroup[]): string =>
  marks.length === 0
    ? ''
    : ` Marked: ${marks.map((mark) => `${mark.label}, ${Math.round(-mark.at)} s before the end`).join('; ')}.`

const lastOf = (values: readonly (number | null)[]): number | null => values.findLast((value) => value !== null) ?? null

/** The rate chart in words: the last second by backend, the highest second, and the marks. */
export function rateSummary(stack: RateStack, marks: readonly MarkGroup[], numbers: BackendNumbers): string {
  const parts = stack.layers.flatMap(({ backend, own }) => {
    const last = own.at(-1)
    return last ? [`${backend === null ? 'nobody' : nameOf(backend, numbers)}: ${formatRate(last)}`] : []
  })
  const now = parts.length > 0 ? `Last second, answered by ${parts.join(', ')}.` : 'Nothing in the last second.'
  return `${now} Highest: ${formatRate(stack.peak)} a second.${marksText(marks)}`
}

/** The latency chart in words: the newest value of each line, what is not said for lack of samples, and the marks. */
export function latencySummary({ lines, peakMs }: LatencyLines, marks: readonly MarkGroup[]): string {
  const parts = lines.map(({ name, ms }) => {
    const last = lastOf(ms)
    return `${name} ${last === null ? 'not enough samples in a second' : formatMs(last)}`
  })
  return `Newest: ${parts.join(', ')}. Highest: ${formatMs(peakMs)}.${marksText(marks)}`
}

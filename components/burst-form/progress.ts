import { groupDigits } from '#components/ui/figures.ts'
import { formatDuration } from '#lib/analysis/durations.ts'
import type { Burst } from '#lib/protocol/model.ts'

export type Progress = { value: number; max: number; text: string }

/**
 * How far a burst is: by its count, or by its clock. What is done counts, not what was sent.
 * A cancelled or finished burst stands where it ended.
 */
export function progressOf(burst: Pick<Burst, 'request'>, settled: number, elapsedUs: number): Progress {
  const { requests, durationMs } = burst.request
  if (durationMs === undefined) {
    const max = requests ?? 0
    return { value: Math.min(settled, max), max, text: `${groupDigits(settled)} of ${groupDigits(max)}` }
  }
  const elapsedMs = Math.min(durationMs, elapsedUs / 1_000)
  const shown = elapsedMs < 1_000 ? '0 s' : formatDuration(Math.floor(elapsedMs / 1_000) * 1_000)
  return {
    value: elapsedMs,
    max: durationMs,
    text: `${shown} of ${formatDuration(durationMs)}, ${groupDigits(settled)} done`,
  }
}

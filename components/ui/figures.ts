import { count } from '#lib/analysis/wording.ts'

/** 1000 as `1,000`, on the page as in verdicts and on the command line. */
export const groupDigits = count

/** Milliseconds as people read them: `0.42 ms`, `1.8 ms`, `34 ms`, above a second `1.2 s`. */
export function formatMs(ms: number): string {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`
  if (ms === 0) return '0 ms'
  return `${ms.toFixed(ms < 1 ? 2 : ms < 10 ? 1 : 0)} ms`
}

/** A rate: one decimal below ten unless it is whole, grouped whole numbers above. */
export const formatRate = (perSecond: number): string =>
  perSecond < 10 && !Number.isInteger(perSecond) ? perSecond.toFixed(1) : groupDigits(Math.round(perSecond))

/** A moment of a run, microseconds since its start: `4.2 s`, `312 s`. */
export const formatSinceStart = (us: number): string => `${(us / 1_000_000).toFixed(us < 100_000_000 ? 1 : 0)} s`

/** The time of day of a point in time, `14:31:07`, in the reader's own time zone. */
export const clockTime = (iso: string): string => new Date(iso).toTimeString().slice(0, 8)

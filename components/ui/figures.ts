const GROUPED = new Intl.NumberFormat('en')

/** 1000 as `1,000`. */
export const groupDigits = (value: number): string => GROUPED.format(value)

/** Milliseconds as people read them: `0.42 ms`, `1.8 ms`, `34 ms`, above a second `1.2 s`. */
export function formatMs(ms: number): string {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`
  if (ms === 0) return '0 ms'
  return `${ms.toFixed(ms < 1 ? 2 : ms < 10 ? 1 : 0)} ms`
}

/** A rate: one decimal below ten unless it is whole, grouped whole numbers above. */
export const formatRate = (perSecond: number): string =>
  perSecond < 10 && !Number.isInteger(perSecond) ? perSecond.toFixed(1) : groupDigits(Math.round(perSecond))

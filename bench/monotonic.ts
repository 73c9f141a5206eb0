/** Microseconds of the clock that every process of this machine shares, as an unsigned 32-bit word: it wraps every 71 minutes. */
export const monotonicUs = (): number => Number((process.hrtime.bigint() / 1_000n) & 0xffff_ffffn)

/** From `earlier` to `later`, across a wrap too. */
export const elapsedUs = (earlier: number, later: number): number => (later - earlier) >>> 0

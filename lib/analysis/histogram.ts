/**
 * Log-linear histogram of microseconds, as HdrHistogram has it: every power of two is cut into 128 buckets, so a value
 * read back is within 0.4 % of one that was recorded; below 128 us it is exact. Pure functions over a plain row of
 * counts, so that the row may lie in shared memory.
 */
const MANTISSA_BITS = 7
const PER_OCTAVE = 1 << MANTISSA_BITS
export const HISTOGRAM_BUCKETS = (32 - MANTISSA_BITS + 1) * PER_OCTAVE
export const MAX_RECORDED_US = 0xffffffff

/** `us`: an integer from 0 to MAX_RECORDED_US. */
export function bucketOf(us: number): number {
  if (us < PER_OCTAVE) return us
  const octave = 31 - Math.clz32(us) - MANTISSA_BITS
  return ((octave + 1) << MANTISSA_BITS) + ((us >>> octave) & (PER_OCTAVE - 1))
}

/** The middle of a bucket, in microseconds. */
export function middleOf(bucket: number): number {
  if (bucket < PER_OCTAVE) return bucket
  const octave = (bucket >>> MANTISSA_BITS) - 1
  const lowest = (PER_OCTAVE + (bucket & (PER_OCTAVE - 1))) * 2 ** octave
  return lowest + (2 ** octave - 1) / 2
}

/**
 * The value below or at which a share of the recorded values lies (nearest rank), for each of `shares`, which ascend.
 * No value is above `maxUs`, the largest that was recorded. Empty histogram: null.
 */
export function quantilesUs(counts: ArrayLike<number>, shares: readonly number[], maxUs: number): number[] | null {
  let total = 0
  for (let bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) total += counts[bucket] ?? 0
  if (total === 0) return null
  const values: number[] = []
  let seen = 0
  let bucket = -1
  for (const share of shares) {
    const rank = Math.max(1, Math.ceil(share * total))
    while (seen < rank && bucket < HISTOGRAM_BUCKETS - 1) seen += counts[++bucket] ?? 0
    values.push(Math.min(middleOf(bucket), maxUs))
  }
  return values
}

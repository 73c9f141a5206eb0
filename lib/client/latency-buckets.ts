const MANTISSA_BITS = 7
const SUB = 1 << MANTISSA_BITS
/** Values below SUB have a bucket each; above, each power of two has SUB buckets: the error is below 1 / SUB. */
const BUCKETS = SUB + (32 - MANTISSA_BITS) * SUB

const bucketOf = (us: number): number => {
  if (us < SUB) return us
  const shift = 31 - MANTISSA_BITS - Math.clz32(us)
  return SUB + shift * SUB + ((us >>> shift) - SUB)
}

/** The middle of a bucket's values, microseconds. */
const middleOf = (bucket: number): number => {
  if (bucket < SUB) return bucket
  const shift = Math.floor((bucket - SUB) / SUB)
  return ((bucket % SUB) + SUB) * 2 ** shift + (2 ** shift - 1) / 2
}

/** A histogram of microseconds (0 to 2^32 - 1), error of a value below 1 %. */
export class LatencyBuckets {
  readonly #counts = new Uint32Array(BUCKETS)
  #total = 0

  record(us: number): void {
    const bucket = bucketOf(us)
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    this.#total++
  }

  /** The quantile q (0 to 1) in milliseconds; null when fewer than `atLeast` values were recorded. */
  quantileMs(q: number, atLeast: number): number | null {
    if (this.#total < Math.max(1, atLeast)) return null
    let left = Math.max(1, Math.ceil(q * this.#total))
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= this.#counts[bucket] ?? 0
      if (left <= 0) return middleOf(bucket) / 1000
    }
    return null
  }

  clear(): void {
    this.#counts.fill(0)
    this.#total = 0
  }
}

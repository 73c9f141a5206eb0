import { describe, expect, test } from 'vitest'
import { bucketOf, HISTOGRAM_BUCKETS, MAX_RECORDED_US, middleOf, quantilesUs } from '#lib/analysis/histogram.ts'

/** Numbers that look random and are the same in every run. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    yield state / 2 ** 32
  }
}

const histogramOf = (values: number[]): Uint32Array => {
  const counts = new Uint32Array(HISTOGRAM_BUCKETS)
  for (const value of values) counts[bucketOf(value)] = (counts[bucketOf(value)] ?? 0) + 1
  return counts
}

describe('the latency histogram', () => {
  test('gives every value back within 1 %, from 0 us to the largest', () => {
    const edges = Array.from({ length: 32 }, (_, bit) => [2 ** bit - 1, 2 ** bit, 2 ** bit + 1]).flat()
    for (const us of [0, 127, 128, 129, 255, 256, 1_000_003, 3_600_000_000, MAX_RECORDED_US, ...edges]) {
      expect(bucketOf(us)).toBeLessThan(HISTOGRAM_BUCKETS)
      expect(Math.abs(middleOf(bucketOf(us)) - us)).toBeLessThanOrEqual(us * 0.01)
    }
  })

  test('puts larger values into later buckets, without a hole', () => {
    const buckets = Array.from({ length: 100_000 }, (_, us) => bucketOf(us))
    const steps = buckets.slice(1).map((bucket, index) => bucket - (buckets[index] ?? 0))
    expect(steps.filter((step) => step !== 0 && step !== 1)).toEqual([])
  })

  test('has quantiles within 1 % of those of the sorted values', () => {
    const random = numbers(7)
    const values = Array.from({ length: 20_000 }, () => Math.round(50 / (1 - random.next().value * 0.9999)))
    const sorted = values.toSorted((a, b) => a - b)
    const shares = [0.5, 0.9, 0.95, 0.99, 0.999, 0.9999, 1]
    const found = quantilesUs(histogramOf(values), shares, sorted.at(-1) ?? 0) ?? []
    shares.forEach((share, index) => {
      const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0
      expect(Math.abs((found[index] ?? 0) - exact)).toBeLessThanOrEqual(exact * 0.01)
    })
  })

  test('says nothing of no values, and never more than the largest', () => {
    expect(quantilesUs(histogramOf([]), [0.5], 0)).toBeNull()
    expect(quantilesUs(histogramOf([1_000]), [0.5, 0.9999], 1_000)).toEqual([1_000, 1_000])
  })
})

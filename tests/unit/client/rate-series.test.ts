import { describe, expect, it } from 'vitest'
import { LatencyBuckets } from '#lib/client/latency-buckets.ts'
import { KEPT_SECONDS, RateSeries } from '#lib/client/rate-series.ts'
import { RateWindow } from '#lib/client/rate-window.ts'

const [A, B] = ['a3f9c1d27e04', '7be04d9910ac'] as const

describe('the charts’ series', () => {
  it('counts each second by backend, and what nobody answered', () => {
    const rates = new RateSeries()
    for (let index = 0; index < 40; index++) rates.add(index % 2 ? B : A, index * 100, 1_000)
    rates.add(null, 3_950, 1_000)
    expect(rates.backends).toEqual([A, B])
    expect(rates.buckets.map(({ second, answered, nobody }) => [second, answered, nobody])).toEqual([
      [0, [5, 5], 0],
      [1, [5, 5], 0],
      [2, [5, 5], 0],
      [3, [5, 5], 1],
    ])
  })

  it('has nothing for a backend before it answered', () => {
    const rates = new RateSeries()
    rates.add(A, 0, 1_000)
    rates.add(B, 1_000, 1_000)
    expect(rates.buckets[0]?.answered[1]).toBeUndefined()
    expect(rates.buckets[1]?.answered[0]).toBeUndefined()
  })

  it('says p95 from 20 samples on and p99 from 100', () => {
    const rates = new RateSeries()
    for (let index = 0; index < 19; index++) rates.add(A, 0, 1_000)
    expect(rates.buckets[0]).toMatchObject({ p95Ms: null, p99Ms: null })
    expect(rates.buckets[0]?.p50Ms).toBeCloseTo(1, 1)
    rates.add(A, 0, 9_000)
    expect(rates.buckets[0]?.p95Ms).toBeCloseTo(1, 1)
    for (let index = 0; index < 80; index++) rates.add(A, 0, 9_000)
    expect(rates.buckets[0]?.p99Ms).toBeCloseTo(9, 0)
  })

  it('counts one that ends late in its own second', () => {
    const rates = new RateSeries()
    rates.add(A, 0, 1_000)
    rates.add(A, 1_000, 1_000)
    rates.add(A, 500, 1_000)
    expect(rates.buckets.map(({ answered }) => answered[0])).toEqual([2, 1])
  })

  it('begins anew with another burst', () => {
    const rates = new RateSeries()
    rates.add(A, 5_000, 1_000)
    rates.clear()
    rates.add(B, 500, 9_000)
    expect(rates.backends).toEqual([B])
    expect(rates.buckets).toMatchObject([{ second: 0, answered: [1] }])
    expect(rates.buckets[0]?.p50Ms).toBeCloseTo(9, 0)
  })

  it('keeps ten minutes', () => {
    const rates = new RateSeries()
    for (let second = 0; second < KEPT_SECONDS + 50; second++) rates.add(A, second * 1_000, 1_000)
    expect(rates.buckets).toHaveLength(KEPT_SECONDS)
    expect(rates.buckets[0]?.second).toBe(50)
  })
})

describe('the histogram of a second', () => {
  it('is off by less than 1 %, at any size', () => {
    for (const us of [1, 90, 127, 128, 1_000, 65_537, 9_999_999, 4_000_000_000]) {
      const buckets = new LatencyBuckets()
      buckets.record(us)
      const found = (buckets.quantileMs(0.5, 1) ?? 0) * 1_000
      expect(Math.abs(found - us) / us).toBeLessThan(0.01)
    }
  })
})

describe('the rate of the last second', () => {
  it('is what was answered in it', () => {
    const window = new RateWindow()
    for (let tenth = 1; tenth <= 30; tenth++) window.note(tenth * 100_000, tenth * 5)
    expect(window.rps(3_000_000)).toBe(50)
    expect(window.rps(3_500_000)).toBe(25)
    expect(window.rps(9_000_000)).toBe(0)
  })

  it('does not shout in the first moments', () => {
    const window = new RateWindow()
    window.note(1_000, 1)
    expect(window.rps(1_000)).toBe(4)
  })
})

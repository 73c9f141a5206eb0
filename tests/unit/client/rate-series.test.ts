import { describe, expect, it } from 'vitest'
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

  it('measures from when a request was due, too', () => {
    const rates = new RateSeries()
    rates.add(A, 900, 1_000, 400_000)
    expect(rates.buckets[0]?.p50Ms).toBeCloseTo(1, 1)
    expect((rates.buckets[0]?.fromDue.p50Ms ?? 0) / 401).toBeCloseTo(1, 2)
  })

  it('spreads what it missed over the seconds in which that ended, each second adds up to the totals', () => {
    const rates = new RateSeries()
    rates.add(A, 0, 1_000)
    rates.miss(30, 500, 2_000)
    rates.add(A, 2_500, 1_000)
    rates.miss(4, 2_600, 2_600)
    expect(rates.buckets.map(({ second, missed }) => [second, missed])).toEqual([
      [0, 10],
      [1, 20],
      [2, 4],
    ])
    rates.miss(5, 3_000, 3_000_000)
    expect(rates.buckets).toHaveLength(KEPT_SECONDS)
  })

  it('finds the place of a second that comes late', () => {
    const rates = new RateSeries()
    rates.add(A, 0, 1_000)
    rates.add(A, 5_000, 1_000)
    rates.add(B, 2_100, 1_000)
    rates.add(B, 2_200, 1_000)
    expect(rates.buckets.map(({ second, answered }) => [second, answered[0] ?? answered[1]])).toEqual([
      [0, 1],
      [2, 2],
      [5, 1],
    ])
  })

  it('keeps ten minutes', () => {
    const rates = new RateSeries()
    for (let second = 0; second < KEPT_SECONDS + 50; second++) rates.add(A, second * 1_000, 1_000)
    expect(rates.buckets).toHaveLength(KEPT_SECONDS)
    expect(rates.buckets[0]?.second).toBe(50)
  })
})

describe('the rate of the last second', () => {
  it('is what was answered in it', () => {
    const window = new RateWindow()
    for (let answer = 0; answer < 150; answer++) window.add(answer * 20_000)
    expect(window.rps(3_000_000)).toBeCloseTo(50, 5)
    expect(window.rps(3_500_000)).toBeCloseTo(25, 5)
    expect(window.rps(9_000_000)).toBe(0)
  })

  it('does not shout in the first moments', () => {
    const window = new RateWindow()
    window.add(1_000)
    expect(window.rps(1_000)).toBe(4)
  })

  it('takes answers whose moments are not known for even over their time', () => {
    const window = new RateWindow()
    window.spread(2_000, 1_000_000, 21_000_000)
    expect(window.rps(21_000_000)).toBeCloseTo(100, 5)
    window.clear()
    window.spread(30, 2_500_000, 2_800_000)
    expect(window.rps(3_000_000)).toBeCloseTo(30, 5)
  })
})

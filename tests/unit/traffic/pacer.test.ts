import { describe, expect, test } from 'vitest'
import { Pacer } from '#lib/traffic/pacer.ts'

const intended = (pacer: Pacer, from: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => Math.round(pacer.intendedUs(from + index)))

describe('the pacer', () => {
  test('spaces intended starts evenly from the burst start', () => {
    expect(intended(new Pacer(4, 0), 0, 4)).toEqual([0, 250_000, 500_000, 750_000])
  })

  test('does not drift over an hour', () => {
    expect(new Pacer(3, 0).intendedUs(3 * 3_600)).toBeCloseTo(3_600e6, 0)
  })

  test('starts in mid-burst with the next order when a closed load gets a rate', () => {
    expect(intended(new Pacer(10, 5_000, 70), 70, 2)).toEqual([5_000, 105_000])
  })

  test('keeps the times of what was already due when the rate changes', () => {
    const pacer = new Pacer(10, 0)
    pacer.change(100, 250_000)
    expect(intended(pacer, 0, 5)).toEqual([0, 100_000, 200_000, 250_000, 260_000])
  })

  test('a much higher rate takes over at once, although the next start was far away', () => {
    const pacer = new Pacer(0.1, 0)
    pacer.change(100, 1_000_000)
    expect(intended(pacer, 1, 2)).toEqual([1_000_000, 1_010_000])
  })

  test('a second change before anything fell due replaces the first', () => {
    const pacer = new Pacer(1, 0)
    pacer.change(0.1, 500_000)
    pacer.change(1_000, 600_000)
    expect(intended(pacer, 0, 3)).toEqual([0, 600_000, 601_000])
  })

  test('a change never lets two starts fall closer than the new rate has them', () => {
    const pacer = new Pacer(1_000, 0)
    for (let change = 1; change <= 50; change++) pacer.change(change % 2 === 0 ? 1_000 : 10, change * 700)
    const times = intended(pacer, 0, 100)
    times.slice(1).forEach((time, index) => {
      expect(time - (times[index] ?? 0)).toBeGreaterThanOrEqual(999)
    })
  })
})

import { describe, expect, it } from 'vitest'
import { expectedOver, fairnessOf } from '#lib/analysis/fairness.ts'

const equal = (...answered: number[]) => answered.map((count) => ({ answered: count, weight: 1 }))

describe('fairness', () => {
  it('has a spread of at most 1 where counts are as even as whole requests can be', () => {
    expect(fairnessOf(equal(24, 24, 24))).toEqual({ spread: 0, jain: 1 })
    expect(fairnessOf(equal(3334, 3333, 3333))?.spread).toBeCloseTo(1)
  })

  it('has Jain’s index 1/n where one has all', () => {
    expect(fairnessOf(equal(90, 0, 0))?.jain).toBeCloseTo(1 / 3)
    expect(fairnessOf(equal(90, 0, 0))?.spread).toBe(90)
  })

  it('measures against weights', () => {
    const parts = [
      { answered: 60, weight: 2 },
      { answered: 30, weight: 1 },
    ]
    expect(fairnessOf(parts)).toEqual({ spread: 0, jain: 1 })
  })

  it('says nothing where nothing was answered', () => {
    expect(fairnessOf([])).toBeNull()
    expect(fairnessOf(equal(0, 0))).toBeNull()
  })

  it('expects of a backend only its part of the time in which it was a member', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((backend) => ({ backend, weight: 1 }))
    if (!a || !b || !c) throw new Error('three members')
    const expected = expectedOver([
      { answered: 40, members: [a, b] },
      { answered: 30, members: [a, b, c] },
    ])
    expect([...expected]).toEqual([
      ['a', 30],
      ['b', 30],
      ['c', 10],
    ])
    const parts = [30, 30, 10].map((answered) => ({ answered, weight: 1, expected: answered }))
    expect(fairnessOf(parts)?.spread).toBe(0)
  })
})

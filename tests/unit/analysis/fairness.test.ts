import { describe, expect, it } from 'vitest'
import { expectationOf } from '#lib/analysis/expectation.ts'
import { fairnessOf } from '#lib/analysis/fairness.ts'
import { type Configuration, DEFAULT_POLICY, DEFAULT_SETTINGS } from '#lib/protocol/configuration.ts'

const equal = (...answered: number[]) => {
  const all = answered.reduce((sum, one) => sum + one, 0)
  return answered.map((one) => ({ answered: one, expected: all / answered.length }))
}

describe('fairness', () => {
  it('has a spread of at most 1 where counts are as even as whole requests can be', () => {
    expect(fairnessOf(equal(24, 24, 24))).toEqual({ spread: 0, jain: 1 })
    expect(fairnessOf(equal(3334, 3333, 3333))?.spread).toBeCloseTo(1)
  })

  it('has Jain’s index 1/n where one has all', () => {
    expect(fairnessOf(equal(90, 0, 0))).toEqual({ spread: 90, jain: expect.closeTo(1 / 3) })
  })

  it('measures against what was expected', () => {
    const parts = [
      { answered: 60, expected: 60 },
      { answered: 30, expected: 30 },
    ]
    expect(fairnessOf(parts)).toEqual({ spread: 0, jain: 1 })
  })

  it('counts a stranger, who was expected to answer nothing, in the spread alone', () => {
    const parts = [...equal(10, 10), { answered: 5, expected: 0 }]
    expect(fairnessOf(parts)).toEqual({ spread: 5, jain: 1 })
  })

  it('says nothing where nothing was answered, or nobody was expected to', () => {
    expect(fairnessOf([])).toBeNull()
    expect(fairnessOf(equal(0, 0))).toBeNull()
    expect(fairnessOf([{ answered: 5, expected: 0 }])).toBeNull()
  })
})

describe('what a configuration lets one expect', () => {
  const servers = (...over: object[]): Configuration => ({
    policy: DEFAULT_POLICY,
    servers: over.map((one, index) => ({
      ...{ backend: 'abcdef'[index] ?? '', address: '127.0.0.1:1', state: 'in', ...DEFAULT_SETTINGS },
      ...one,
    })),
  })

  it('is strict turns of equals with equal weights', () => {
    const { kind, shares, evenSpread } = expectationOf(servers({ weight: 3 }, { weight: 3 }))
    expect({ kind, shares: [...shares], evenSpread }).toEqual({
      kind: 'turns',
      shares: [
        ['a', 0.5],
        ['b', 0.5],
      ],
      evenSpread: 1,
    })
  })

  it('is shares by weight where weights differ', () => {
    const { kind, shares } = expectationOf(servers({ weight: 3 }, { weight: 1 }))
    expect({ kind, shares: [...shares.values()] }).toEqual({ kind: 'shares', shares: [0.75, 0.25] })
  })

  it('is nothing where a limit of connections passes turns on', () => {
    expect(expectationOf(servers({ maxConns: 2 }, {})).kind).toBe('none')
  })

  it('leaves out whoever gets no requests', () => {
    const list = servers({}, { state: 'draining' }, { state: 'down' }, { backup: true }, {})
    expect([...expectationOf(list).shares.keys()]).toEqual(['a', 'e'])
  })
})

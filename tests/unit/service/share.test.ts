import { describe, expect, it } from 'vitest'
import { createShare } from '#service/share.ts'

const hitsOf = (share: number, count: number): boolean[] => {
  const isHit = createShare(share)
  return Array.from({ length: count }, () => isHit())
}

describe('a share of the requests', () => {
  it.each([
    [0, 1_000, 0],
    [1, 1_000, 1_000],
    [0.1, 1_000, 100],
    [0.29, 100, 29],
    [1 / 3, 999, 333],
    [0.7, 10, 7],
    [0.001, 1_000, 1],
  ])('of %d meets, of %d, exactly %d', (share, count, hits) => {
    expect(hitsOf(share, count).filter(Boolean)).toHaveLength(hits)
  })

  it('is spread evenly, and the same every time', () => {
    expect(hitsOf(0.5, 6)).toEqual([false, true, false, true, false, true])
    expect(hitsOf(0.3, 50)).toEqual(hitsOf(0.3, 50))
  })
})

import { expect, test } from 'vitest'
import type { Detail } from '#lib/protocol/frame.ts'
import { KeptDetails } from '#lib/traffic/kept-details.ts'

const detail = (seq: number): Detail => ({ seq, resent: false, attempts: [] })
const seqs = (details: Detail[]): number[] => details.map(({ seq }) => seq)

test('finds the newest details, whatever samples between them have none', () => {
  const details = new KeptDetails(4)
  expect([details.find(0), details.between(0, 9), details.size]).toEqual([null, [], 0])
  const all = [1, 2, 5, 9, 14, 20, 21, 30, 44]
  for (const [index, seq] of all.entries()) {
    details.keep(detail(seq))
    const kept = all.slice(Math.max(0, index - 3), index + 1)
    expect(details.size).toBe(kept.length)
    for (let sought = 0; sought < 50; sought++) {
      expect(details.find(sought)).toEqual(kept.includes(sought) ? detail(sought) : null)
      expect(seqs(details.between(sought, sought + 7))).toEqual(kept.filter((at) => at >= sought && at < sought + 7))
    }
    expect(seqs(details.between(0, 50))).toEqual(kept)
  }
  details.clear()
  expect([details.find(44), details.between(0, 50), details.size]).toEqual([null, [], 0])
})

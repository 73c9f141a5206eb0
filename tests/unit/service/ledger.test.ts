import { describe, expect, it } from 'vitest'
import { createLedger } from '#service/ledger.ts'

describe("a backend's ledger", () => {
  it('counts by method and by id, so that what was executed twice is seen', () => {
    const ledger = createLedger(10)
    ledger.note('GET', 'a-1')
    ledger.note('POST', 'a-2')
    ledger.note('POST', 'a-2')
    expect(ledger.counts()).toEqual({ methods: { GET: 1, POST: 2 }, kept: 2, withoutId: 0, overflowed: 0 })
    expect(ledger.page(0)).toEqual({
      ids: [
        ['a-1', 1],
        ['a-2', 2],
      ],
      next: null,
    })
  })

  it('keeps at most as many ids as it may, says how many found no place, and goes on counting those that it knows', () => {
    const ledger = createLedger(2)
    for (const id of ['a', 'b', 'c', 'a', 'd']) ledger.note('GET', id)
    expect(ledger.counts()).toEqual({ methods: { GET: 5 }, kept: 2, withoutId: 0, overflowed: 2 })
    expect(ledger.page(0).ids).toEqual([
      ['a', 2],
      ['b', 1],
    ])
  })

  it.each([undefined, '', 'two, ids', 'a"b', 'é', 'x'.repeat(129), ['a']])('does not keep %j for an id', (id) => {
    const ledger = createLedger(2)
    ledger.note('GET', id)
    expect(ledger.counts()).toMatchObject({ methods: { GET: 1 }, kept: 0, withoutId: 1 })
  })

  it('without ids looks at none', () => {
    const ledger = createLedger(0)
    ledger.note('GET', 'a')
    expect(ledger.counts()).toEqual({ methods: { GET: 1 }, kept: 0, withoutId: 0, overflowed: 0 })
    expect(ledger.page(0)).toEqual({ ids: [], next: null })
  })

  it.each([1, 20, 128])('is read in pages that fit a line, however long its ids are: %d characters', (length) => {
    const ledger = createLedger(20_000)
    const all = Array.from({ length: 20_000 }, (_, index) => index.toString(36).padStart(length, '-'))
    for (const id of all) ledger.note('GET', id)
    const seen: string[] = []
    let next: number | null = 0
    while (next !== null) {
      const page = ledger.page(next)
      expect(JSON.stringify(page.ids).length).toBeLessThan(48_000)
      seen.push(...page.ids.map(([id]) => id))
      next = page.next
    }
    expect(seen).toEqual(all)
  })

  it('has an empty page beyond its end', () => {
    expect(createLedger(2).page(7)).toEqual({ ids: [], next: null })
  })
})

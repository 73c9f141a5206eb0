import { describe, expect, it } from 'vitest'
import type { Ending } from '#lib/diagram/ending.ts'
import { TapeColumns } from '#lib/diagram/tape-columns.ts'
import { cursorAfter, requestsPerColumn, viewOf } from '#lib/diagram/tape-view.ts'

const [A, B] = ['a3f9c1d27e04', '7be04d9910ac'] as const
const plain = { tried: [], end: 'answered' as const }

const counted = (n: number, read: (seq: number) => Ending | null, perColumn = 1): TapeColumns => {
  const columns = new TapeColumns(read)
  columns.restart(perColumn)
  columns.count(0, Math.ceil(n / perColumn), n)
  return columns
}

describe('the columns of the tape', () => {
  it('hold one request each, so that round robin is a staircase', () => {
    const columns = counted(6, (seq) => ({ ...plain, backend: seq % 2 ? B : A }))
    expect(columns.backends).toEqual([A, B])
    expect([0, 1, 2].map((index) => [...(columns.column(index)?.answered ?? [])])).toEqual([[1], [undefined, 1], [1]])
  })

  it('lose no request when a column holds several', () => {
    const columns = counted(
      1_000,
      (seq) => {
        if (seq % 100 === 7) return { backend: null, tried: [A], end: 'failed' }
        return seq % 100 === 9 ? { ...plain, backend: B, tried: [A] } : { ...plain, backend: seq % 2 ? B : A }
      },
      20,
    )
    const all = Array.from({ length: 50 }, (_, index) => columns.column(index))
    const sum = (counts: (number | undefined)[] = []) => counts.reduce<number>((total, one) => total + (one ?? 0), 0)
    for (const column of all) expect(sum(column?.answered) + (column?.failed ?? 0)).toBe(20)
    expect(all.reduce((total, column) => total + (column?.failed ?? 0), 0)).toBe(10)
    expect(all.reduce((total, column) => total + sum(column?.broken), 0)).toBe(20)
  })

  it('are bounded, and counted again where they were let go', () => {
    const columns = counted(10_000, () => ({ ...plain, backend: A }))
    expect(columns.column(0)).toBeUndefined()
    columns.count(0, 1, 10_000)
    expect(columns.column(0)?.answered).toEqual([1])
  })

  it('tell a column that never came from an empty one', () => {
    const columns = counted(40, (seq) => (seq < 20 ? null : { ...plain, backend: A }), 20)
    expect(columns.column(0)).toBeUndefined()
    expect(columns.column(1)?.answered).toEqual([20])
  })
})

describe('how many requests a column stands for', () => {
  const calm = { samples: 40, fits: 300, lastSecond: 4, elapsedUs: 10_000_000, before: 1 }

  it('is one up to 60 a second', () => {
    expect(requestsPerColumn(calm)).toBe(1)
    expect(requestsPerColumn({ ...calm, lastSecond: 60 })).toBe(1)
  })

  it('is several above, in numbers that are easy to read', () => {
    expect(requestsPerColumn({ ...calm, lastSecond: 61 })).toBe(2)
    expect(requestsPerColumn({ ...calm, lastSecond: 500 })).toBe(10)
    expect(requestsPerColumn({ ...calm, lastSecond: 10_000 })).toBe(200)
  })

  it('is one in a burst too short to have a rate, as long as there is room', () => {
    const short = { ...calm, elapsedUs: 50_000, lastSecond: 100 }
    expect(requestsPerColumn({ ...short, samples: 100 })).toBe(1)
    expect(requestsPerColumn({ ...short, samples: 1_000, lastSecond: 1_000 })).toBe(5)
  })

  it('does not go down within a burst', () => {
    expect(requestsPerColumn({ ...calm, before: 50 })).toBe(50)
  })
})

describe('what is on the screen', () => {
  const parts = {
    width: 1_200,
    perColumn: 1,
    firstSeq: 0,
    nextSeq: 72,
    expected: 120,
    cursor: null,
    before: 0,
  }

  it('is all of a short burst, in cells that keep their width', () => {
    expect(viewOf(parts)).toEqual({ from: 0, to: 72, cellWidth: 10 })
    expect(viewOf({ ...parts, nextSeq: 100 }).cellWidth).toBe(10)
  })

  it('follows the end of a long one', () => {
    expect(viewOf({ ...parts, nextSeq: 5_000, expected: null })).toEqual({ from: 4_600, to: 5_000, cellWidth: 3 })
  })

  it('stays where it is while a cursor walks in it, and moves with it at its borders', () => {
    const long = { ...parts, nextSeq: 5_000, expected: null, before: 4_000 }
    expect(viewOf({ ...long, cursor: 4_100 }).from).toBe(4_000)
    expect(viewOf({ ...long, cursor: 3_999 }).from).toBe(3_999)
    expect(viewOf({ ...long, cursor: 4_400 }).from).toBe(4_001)
    expect(viewOf({ ...long, cursor: 4_100, firstSeq: 4_050 }).from).toBe(4_050)
  })

  it('begins at the first column that is still kept', () => {
    expect(viewOf({ ...parts, perColumn: 20, firstSeq: 1_010, nextSeq: 1_500, expected: null }).from).toBe(50)
  })
})

describe('the keys of the tape', () => {
  it('walk from the end backwards, and stop at both ends', () => {
    expect(cursorAfter('ArrowLeft', null, 0, 71), 'the first press shows the newest').toBe(71)
    expect(cursorAfter('ArrowLeft', 71, 0, 71)).toBe(70)
    expect(cursorAfter('ArrowLeft', 0, 0, 71)).toBe(0)
    expect(cursorAfter('ArrowRight', 71, 0, 71)).toBe(71)
    expect(cursorAfter('Home', 30, 0, 71)).toBe(0)
    expect(cursorAfter('End', 30, 0, 71)).toBe(71)
    expect(cursorAfter('PageUp', 30, 0, 71)).toBe(20)
  })

  it('leave it with Escape, and leave other keys alone', () => {
    expect(cursorAfter('Escape', 30, 0, 71)).toBeNull()
    expect(cursorAfter('Escape', null, 0, 71)).toBeUndefined()
    expect(cursorAfter('b', 30, 0, 71)).toBeUndefined()
  })
})

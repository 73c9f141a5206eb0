import { expect, test, vi } from 'vitest'
import { attemptsText, RowFinder, rowAt, type TableFilter } from '#components/sample-table/table-rows.ts'
import { ROW_PX, visibleRows } from '#components/sample-table/visible-rows.ts'
import { outcomeText } from '#components/samples/sample-text.ts'
import { SampleLog } from '#lib/client/sample-log.ts'
import type { Detail } from '#lib/protocol/frame.ts'
import { NO_TOTALS } from '#lib/protocol/model.ts'
import { NO_ROUTE, packOutcome, SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'

const [FIRST, SECOND] = ['a3f9c1d27e04', '7be04d9910ac'] as const
const NUMBERS = new Map<string, number>([
  [FIRST, 1],
  [SECOND, 2],
])

/** Ten requests: the third was rescued, the sixth failed, the eighth was answered with a 500. */
function tenRequests(): SampleLog {
  const log = new SampleLog(100)
  const samples = new Uint32Array(10 * SAMPLE_WORDS)
  for (let seq = 0; seq < 10; seq++) {
    const route = seq === 5 ? NO_ROUTE : seq % 2
    const word =
      seq === 5
        ? packOutcome(504, 'failed', 'gateway-timeout', true)
        : packOutcome(seq === 7 ? 500 : 200, 'answered', 'none', seq === 2)
    samples.set([seq * 1_000, 1_500, 0, route, seq, word], seq * SAMPLE_WORDS)
  }
  const details: Detail[] = [
    {
      seq: 2,
      resent: false,
      attempts: [
        { peer: 1, status: 502, us: 900 },
        { peer: 0, status: 200, us: 1_200 },
      ],
    },
    { seq: 5, resent: false, attempts: [{ peer: 1, status: 504, us: 2_000 }] },
  ]
  log.reset(1)
  log.accept({
    ...{ burst: 1, firstSeq: 0, gap: false, elapsedUs: 10_000, totals: NO_TOTALS, samples, details },
    tables: {
      routes: [FIRST, SECOND].map((backend, index) => ({ index, backend, generation: null })),
      peers: [FIRST, SECOND].map((backend, index) => ({ index, address: `127.0.0.1:${index}`, backend })),
      ...{ generations: [], backends: [] },
    },
  })
  return log
}

/** As the table does it: which rows there are, and each when it is drawn. */
const rowsOf = (log: SampleLog, filter: TableFilter, atMost: number) => {
  const { seqs, of } = new RowFinder(log, filter).find(atMost)
  return { rows: seqs.flatMap((seq) => rowAt(log, seq)), of }
}
const find = (filter: TableFilter, atMost = 500) => rowsOf(tenRequests(), filter, atMost)
const seqs = (filter: TableFilter, atMost?: number) => find(filter, atMost).rows.map(({ sample }) => sample.seq)

test('shows all, newest last, and no more than asked for', () => {
  expect(seqs('all')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(seqs('all', 3)).toEqual([7, 8, 9])
  expect(find('all', 3).of).toBe(10)
})

test('filters the failed, errors among them, and the rescued', () => {
  expect(seqs('failed')).toEqual([5, 7])
  expect(seqs('rescued')).toEqual([2])
  expect(seqs('both')).toEqual([2, 5, 7])
  expect(find('both', 1)).toMatchObject({ rows: [{ sample: { seq: 7 } }], of: 3 })
})

test('says the outcome and each attempt in words', () => {
  const [rescued, failed] = find('both', 10).rows
  if (!rescued || !failed) throw new Error('two rows are expected')
  expect(outcomeText(rescued.sample)).toBe('answered')
  expect(attemptsText(rescued, NUMBERS)).toBe('2 7be0 502 in 0.90 ms, then 1 a3f9 200 in 1.2 ms')
  expect(outcomeText(failed.sample)).toBe('failed: no backend answered in time')
  const attempts = [{ backend: null, address: 'backends', status: 502, ms: null }]
  expect(attemptsText({ sample: { ...failed.sample, attempts }, attempts: 'listed' }, NUMBERS)).toBe('front door 502')
})

type Word = Parameters<typeof packOutcome>
/** A log of these samples, all sent to the first backend; each with a detail bit has the attempts 2, then 1. */
function logOf(words: readonly Word[], from = 0, into = new SampleLog(100_000)): SampleLog {
  const samples = new Uint32Array(words.length * SAMPLE_WORDS)
  words.forEach((word, at) => {
    samples.set(
      [at, 1_500, 0, word[1] === 'answered' ? 0 : NO_ROUTE, from + at, packOutcome(...word)],
      at * SAMPLE_WORDS,
    )
  })
  const details: Detail[] = words.flatMap(([, , , hasDetail], at) => {
    const attempts = [1, 0].map((peer) => ({ peer, status: peer === 1 ? 502 : 200, us: 900 }))
    return hasDetail ? [{ seq: from + at, resent: false, attempts }] : []
  })
  if (from === 0) into.reset(1)
  into.accept({
    ...{ burst: 1, firstSeq: from, gap: false, elapsedUs: 10_000, totals: NO_TOTALS, samples, details },
    tables: {
      routes: [{ index: 0, backend: FIRST, generation: null }],
      peers: [FIRST, SECOND].map((backend, index) => ({ index, address: `127.0.0.1:${index}`, backend })),
      ...{ generations: [], backends: [] },
    },
  })
  return into
}

test('does not claim an attempt for a request that made none, nor for one whose attempts are gone', () => {
  const texts = (log: SampleLog) => rowsOf(log, 'all', 1).rows.map((row) => attemptsText(row, NUMBERS))
  expect(texts(logOf([[200, 'answered', 'none', false]]))).toEqual(['1'])
  expect(texts(logOf([[0, 'failed', 'connect', false]]))).toEqual(['none known'])
  expect(texts(logOf([[0, 'cancelled', 'none', false]]))).toEqual(['none known'])
  const many = logOf(Array.from({ length: 20_000 }, (): Word => [200, 'answered', 'none', true]))
  const [oldest] = rowsOf(many, 'all', 20_000).rows
  expect(oldest && attemptsText(oldest, NUMBERS)).toBe('no longer kept')
})

test('finds every rescued request while its attempts are there, and keeps it when they are not', () => {
  const rescued = (n: number) => Array.from({ length: n }, (): Word => [200, 'answered', 'none', true])
  const log = logOf(rescued(10_000))
  const finder = new RowFinder(log, 'rescued')
  expect(finder.find(1).of).toBe(10_000)
  logOf(rescued(10_000), 10_000, log)
  expect(finder.find(1).of).toBe(20_000)
})

test('a cancelled request is not a failed one', () => {
  const log = logOf([
    [0, 'cancelled', 'none', false],
    [0, 'timedOut', 'none', false],
  ])
  expect(rowsOf(log, 'failed', 9).rows.map(({ sample }) => sample.outcome)).toEqual(['timedOut'])
})

test('a total outage is looked at once, sample by sample, and only a page of it is built', () => {
  const log = logOf(Array.from({ length: 50_000 }, (): Word => [0, 'failed', 'connect', false]))
  const finder = new RowFinder(log, 'failed')
  expect(finder.find(500)).toMatchObject({ of: 50_000 })
  const has = vi.spyOn(log, 'has')
  expect(finder.find(500).seqs).toHaveLength(500)
  expect(has).not.toHaveBeenCalled()
})

test('leaves out what the log no longer keeps', () => {
  const failed = (n: number) => Array.from({ length: n }, (): Word => [0, 'failed', 'connect', false])
  const log = logOf(failed(1_000), 0, new SampleLog(1_000))
  const finder = new RowFinder(log, 'failed')
  for (let seq = 1_000; seq < 20_000; seq += 250) {
    expect(finder.find(3)).toEqual({ seqs: [seq - 3, seq - 2, seq - 1], of: 1_000 })
    expect(finder.find(2_000).seqs[0]).toBe(seq - 1_000)
    logOf(failed(250), seq, log)
  }
})

test('draws the rows that can be seen, and keeps the room of the others', () => {
  const height = 10 * ROW_PX
  for (const top of [null, 0, 700, 4_000, 100_000]) {
    const { from, to, above, below } = visibleRows(500, height, top)
    expect(to - from).toBe(22)
    expect(above + (to - from) * ROW_PX + below).toBe(500 * ROW_PX)
    const seenFrom = Math.min(top ?? Number.POSITIVE_INFINITY, 490 * ROW_PX) / ROW_PX
    expect(from).toBeLessThanOrEqual(seenFrom)
    expect(to).toBeGreaterThanOrEqual(Math.min(500, seenFrom + 10))
  }
  expect(visibleRows(12, height, null)).toEqual({ from: 0, to: 12, above: 0, below: 0 })
})

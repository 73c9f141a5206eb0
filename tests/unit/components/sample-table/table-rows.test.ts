import { expect, test } from 'vitest'
import { attemptsText, outcomeText, tableRows } from '#components/sample-table/table-rows.ts'
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

const seqs = (filter: Parameters<typeof tableRows>[1], atMost = 500) =>
  tableRows(tenRequests(), filter, atMost).rows.map((row) => row.seq)

test('shows all, newest last, and no more than asked for', () => {
  expect(seqs('all')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(seqs('all', 3)).toEqual([7, 8, 9])
  expect(tableRows(tenRequests(), 'all', 3).of).toBe(10)
})

test('filters the failed, errors among them, and the rescued', () => {
  expect(seqs('failed')).toEqual([5, 7])
  expect(seqs('rescued')).toEqual([2])
  expect(seqs('both')).toEqual([2, 5, 7])
  expect(tableRows(tenRequests(), 'both', 1)).toMatchObject({ rows: [{ seq: 7 }], of: 3 })
})

test('says the outcome and each attempt in words', () => {
  const [rescued, failed] = tableRows(tenRequests(), 'both', 10).rows
  if (!rescued || !failed) throw new Error('two rows are expected')
  expect(outcomeText(rescued)).toBe('answered')
  expect(attemptsText(rescued.attempts, NUMBERS)).toBe('2 7be0 502 in 0.90 ms, then 1 a3f9 200 in 1.2 ms')
  expect(outcomeText(failed)).toBe('failed: gateway-timeout')
  expect(attemptsText([], NUMBERS)).toBe('1')
  expect(attemptsText([{ backend: null, address: 'backends', status: 502, ms: null }], NUMBERS)).toBe('front door 502')
})

import { expect, test } from 'vitest'
import { endingAt } from '#components/samples/ending-at.ts'
import { SampleLog } from '#lib/client/sample-log.ts'
import { decodeFrame } from '#lib/protocol/frame.ts'
import { UNKNOWN_BACKEND } from '#lib/protocol/model.ts'
import { A, B, C, frameOf, type Recorded, TABLES } from '#tests/unit/client/recorded.ts'

/** Every way to end that a picture tells apart. */
const WAYS: readonly Recorded[] = [
  { by: 0, sentUs: 0 },
  { by: 1, sentUs: 10 },
  { by: 1, sentUs: 20, status: 500 },
  { by: 0, sentUs: 30, tried: [1] },
  { by: 0, sentUs: 40, tried: [2, 1] },
  { by: null, sentUs: 50, tried: [2, 1] },
  { by: null, sentUs: 60, tried: [3] },
  { by: null, sentUs: 70, outcome: 'timedOut', status: 0, reason: 'none' },
  { by: null, sentUs: 80, outcome: 'cancelled', status: 0, reason: 'none' },
]
const ENDINGS = [
  { backend: A, tried: [], end: 'answered' },
  { backend: B, tried: [], end: 'answered' },
  { backend: B, tried: [], end: 'error' },
  { backend: A, tried: [B], end: 'answered' },
  { backend: A, tried: [C, B], end: 'answered' },
  { backend: null, tried: [C, B], end: 'failed' },
  { backend: null, tried: [], end: 'failed' },
  { backend: null, tried: [], end: 'failed' },
  { backend: null, tried: [], end: 'cancelled' },
]

function logOf(samples: readonly Recorded[], burst = 1, log = new SampleLog()): SampleLog {
  log.reset(burst)
  for (let at = 0; at < samples.length; at += 60_000)
    log.accept(decodeFrame(frameOf(samples, at, Math.min(samples.length, at + 60_000), burst)))
  return log
}
const endingsOf = (log: SampleLog, count: number) => Array.from({ length: count }, (_, seq) => endingAt(log, seq))

test('says of each sample how it ended', () => {
  const log = logOf([...WAYS, ...WAYS.toReversed()])
  expect(endingsOf(log, WAYS.length * 2)).toEqual([...ENDINGS, ...ENDINGS.toReversed()])
})

test('makes nothing for a sample that ended as another one did', () => {
  const log = logOf([...WAYS, ...WAYS])
  for (const [seq] of WAYS.entries()) expect(endingAt(log, seq + WAYS.length)).toBe(endingAt(log, seq))
})

test('goes by what the run that is in the log calls its backends', () => {
  const log = logOf(WAYS)
  endingsOf(log, WAYS.length)
  const late = decodeFrame(frameOf(WAYS, 0, WAYS.length, 2))
  log.reset(2)
  log.accept({ ...late, tables: null })
  expect(endingAt(log, 0).backend).toBe(UNKNOWN_BACKEND)
  log.accept({
    ...late,
    firstSeq: WAYS.length,
    details: [],
    tables: {
      ...TABLES,
      routes: TABLES.routes.map((route) => ({ ...route, backend: C })),
      peers: TABLES.peers.map((peer) => ({ ...peer, backend: A })),
    },
  })
  expect(endingAt(log, 0)).toEqual({ backend: C, tried: [], end: 'answered' })
  expect(endingAt(log, 3)).toEqual({ backend: C, tried: [A], end: 'answered' })
})

test('tells no attempts of a sample whose attempts are no longer kept', () => {
  const log = logOf(Array.from({ length: 20_000 }, (_, seq): Recorded => ({ by: null, sentUs: seq, tried: [0] })))
  expect(endingAt(log, 0)).toEqual({ backend: null, tried: [], end: 'failed' })
  expect(endingAt(log, 19_999)).toEqual({ backend: null, tried: [A], end: 'failed' })
})

test('forgets, where there are ever new ways to fail', () => {
  const ways = 10_000
  const triedIn = (way: number): number[] => [...way.toString(4).padStart(7, '0')].map(Number)
  const log = logOf(
    Array.from({ length: ways }, (_, way): Recorded => ({ by: null, sentUs: way, tried: triedIn(way) })),
  )
  const kept = ways - Math.floor(49_152 / 7)
  const first = endingAt(log, kept)
  for (let seq = kept; seq < ways; seq++) endingAt(log, seq)
  expect(endingAt(log, kept)).toEqual(first)
  expect(endingAt(log, kept)).not.toBe(first)
})

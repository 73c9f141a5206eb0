import { describe, expect, it } from 'vitest'
import { SampleLog } from '#lib/client/sample-log.ts'
import { failedAttempts, readSample } from '#lib/client/sample-rows.ts'
import { decodeFrame } from '#lib/protocol/frame.ts'
import { A, B, frameOf, inTurn, type Recorded } from './recorded.ts'

const feed = (log: SampleLog, samples: readonly Recorded[], from: number, to: number) =>
  log.accept(decodeFrame(frameOf(samples, from, to)))

const rowsOf = (log: SampleLog) =>
  Array.from({ length: log.nextSeq - log.firstSeq }, (_, at) => readSample(log, log.firstSeq + at)).filter(
    (row) => row !== null,
  )

const started = (capacity?: number): SampleLog => {
  const log = new SampleLog(capacity)
  log.reset(1)
  return log
}

describe('the sample log', () => {
  it('holds what the frames brought, in order', () => {
    const log = started()
    const samples = inTurn(10)
    feed(log, samples, 0, 4)
    feed(log, samples, 4, 10)
    expect(log.nextSeq).toBe(10)
    expect(rowsOf(log).map((row) => [row.seq, row.backend])).toEqual(
      samples.map((sample, seq) => [seq, sample.by === 0 ? A : B]),
    )
  })

  it('leaves out what it has already', () => {
    const log = started()
    const samples = inTurn(10)
    feed(log, samples, 0, 6)
    expect(feed(log, samples, 3, 8)).toEqual({ from: 6, to: 8, unseen: 0, missed: 0 })
    expect(feed(log, samples, 2, 8)).toEqual({ from: 8, to: 8, unseen: 0, missed: 0 })
    expect(rowsOf(log).map((row) => row.seq)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  it('has a hole where the server skipped this browser, and says how large it is', () => {
    const log = started()
    const samples = inTurn(30)
    feed(log, samples, 0, 10)
    expect(feed(log, samples, 20, 30)).toEqual({ from: 20, to: 30, unseen: 10, missed: 10 })
    expect(log.has(9)).toBe(true)
    expect(log.has(10)).toBe(false)
    expect(log.has(19)).toBe(false)
    expect(log.has(20)).toBe(true)
    expect(rowsOf(log)).toHaveLength(20)
  })

  it('has the hole as soon as a frame without samples says so', () => {
    const log = started()
    const samples = inTurn(30)
    feed(log, samples, 0, 10)
    expect(feed(log, samples, 25, 25)).toEqual({ from: 25, to: 25, unseen: 15, missed: 15 })
    expect(feed(log, samples, 25, 25)).toEqual({ from: 25, to: 25, unseen: 0, missed: 0 })
    expect(log.nextSeq).toBe(25)
    expect(log.has(24)).toBe(false)
  })

  it('simply starts later for a late joiner', () => {
    const log = started()
    expect(feed(log, inTurn(30), 20, 30)).toEqual({ from: 20, to: 30, unseen: 20, missed: 0 })
    expect(log.since(0)).toBe(20)
  })

  it('keeps what it has while it grows', () => {
    const log = started(10_000)
    const samples = inTurn(5_000, 3)
    feed(log, samples, 0, 700)
    for (let at = 700; at < 5_000; at += 430) feed(log, samples, at, at + 430)
    expect(rowsOf(log).map(({ seq, sentUs }) => [seq, sentUs])).toEqual(samples.map(({ sentUs }, seq) => [seq, sentUs]))
  })

  it('keeps the newest when it is full', () => {
    const log = started(16)
    const samples = inTurn(100, 3)
    for (let at = 0; at < 100; at += 5) feed(log, samples, at, at + 5)
    expect(log.since(0)).toBe(84)
    expect(readSample(log, 83)).toBeNull()
    expect(readSample(log, 99)?.sentUs).toBe(990_000)
  })

  it('tells the attempts of a rescued request and of one that nobody answered', () => {
    const log = started()
    const samples: Recorded[] = [
      { by: 0, sentUs: 0 },
      { by: 0, sentUs: 10, tried: [1] },
      { by: null, sentUs: 20, tried: [0, 1] },
      { by: null, sentUs: 30, tried: [3] },
    ]
    feed(log, samples, 0, 4)
    expect(failedAttempts(log, 0)).toEqual([])
    expect(failedAttempts(log, 1)).toEqual([B])
    expect(failedAttempts(log, 2)).toEqual([A, B])
    expect(failedAttempts(log, 3), 'the upstream itself is no backend').toEqual([])
    expect(readSample(log, 1)?.attempts).toEqual([
      { backend: B, address: '127.0.0.1:9001', status: 502, ms: 0.5 },
      { backend: A, address: '127.0.0.1:9000', status: 200, ms: 0.5 },
    ])
  })

  it('tells its listeners after every change', () => {
    const log = started()
    let heard = 0
    const stop = log.subscribe(() => heard++)
    feed(log, inTurn(2), 0, 2)
    log.reset(2)
    stop()
    log.reset(3)
    expect(heard).toBe(2)
  })
})

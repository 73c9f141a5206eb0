import { describe, expect, it } from 'vitest'
import { marksOf, seqAt, TapeFeed } from '#components/tape/tape-feed.ts'
import { lanesOf } from '#components/tape/tape-lanes.ts'
import { readoutAt } from '#components/tape/tape-readout.ts'
import { SampleLog } from '#lib/client/sample-log.ts'
import { decodeFrame } from '#lib/protocol/frame.ts'
import type { Action } from '#lib/protocol/model.ts'
import { A, B, C, frameOf, inTurn, type Recorded } from '#tests/unit/client/recorded.ts'

const NUMBERS = new Map([
  [A, 1],
  [B, 2],
  [C, 3],
])
const WIDTH = 1_200

/** A log and its tape after these samples came in frames of ten. */
function tapeOf(samples: readonly Recorded[]) {
  const log = new SampleLog()
  log.reset(1)
  const feed = new TapeFeed(log)
  for (let at = 0; at < samples.length; at += 10) {
    log.accept(decodeFrame(frameOf(samples, at, Math.min(at + 10, samples.length))))
    feed.keepUp(WIDTH)
  }
  feed.count(0, Math.ceil(log.nextSeq / feed.columns.perColumn))
  return { log, feed, read: (seq: number) => readoutAt(log, feed.columns, seq, NUMBERS) }
}

describe('the tape', () => {
  it('has a cell for every request of a calm burst', () => {
    const { feed } = tapeOf(inTurn(40, 3, 250_000))
    expect(feed.columns.perColumn).toBe(1)
    expect(feed.columns.backends).toEqual([A, B, C])
    for (let seq = 0; seq < 40; seq++) expect(feed.columns.column(seq)?.answered[seq % 3]).toBe(1)
  })

  it('becomes columns above 60 a second, and still counts every request', () => {
    const { feed } = tapeOf(inTurn(3_000, 2, 2_000))
    expect(feed.columns.perColumn).toBe(10)
    const counts = Array.from({ length: 300 }, (_, index) => feed.columns.column(index)?.answered)
    for (const answered of counts) expect(answered).toEqual([5, 5])
  })

  it('starts anew with another burst', () => {
    const { log, feed } = tapeOf(inTurn(3_000, 2, 2_000))
    log.reset(2)
    feed.keepUp(WIDTH)
    feed.count(0, 10)
    expect(feed.columns.perColumn).toBe(1)
    expect(feed.columns.column(0)).toBeUndefined()
  })

  it('reads a request in plain words', () => {
    const { read } = tapeOf([
      { by: 0, sentUs: 0, latencyUs: 1_300 },
      { by: 2, sentUs: 10_000, latencyUs: 2_000, tried: [1] },
      { by: null, sentUs: 20_000, latencyUs: 2_000, tried: [0, 1] },
      { by: null, sentUs: 30_000, outcome: 'timedOut', reason: 'none', status: 0, latencyUs: 10_000_000 },
    ])
    expect(read(0)).toBe(`#0, answered by 1 ${A}, 200, in 1.3 ms`)
    expect(read(1)).toBe(`#1, tried 2 ${B} (502), answered by 3 ${C}, 200, in 2.0 ms`)
    expect(read(2)).toBe(`#2, tried 1 ${A} (502), then 2 ${B} (502), failed: no backend answered, 502, after 2.0 ms`)
    expect(read(3)).toBe('#3, timed out, after 10 s')
    expect(read(99)).toBe('#99: did not reach this browser')
  })

  it('reads a column as counts', () => {
    const { read } = tapeOf(inTurn(3_000, 3, 2_000))
    expect(read(205)).toBe('#200 to #209: 3 by 1 a3f9, 3 by 2 7be0, 4 by 3 c0de')
  })

  it('has every column that its samples are kept of, however far one walks back', () => {
    const { log, feed, read } = tapeOf(inTurn(30_000, 2, 10_000))
    expect(feed.columns.perColumn).toBe(2)
    feed.count(0, 15_000)
    feed.count(0, 2)
    expect(feed.columns.column(0)?.answered).toEqual([1, 1])
    expect(read(0)).toBe('#0 to #1: 1 by 1 a3f9, 1 by 2 7be0')
    expect(log.firstSeq).toBe(0)
  })

  it('goes on in a column that was not full when it was drawn', () => {
    const samples = inTurn(3_005, 2, 2_000)
    const { log, feed } = tapeOf(samples.slice(0, 3_003))
    expect(feed.columns.column(300)?.answered).toEqual([2, 1])
    log.accept(decodeFrame(frameOf(samples, 3_003, 3_005)))
    feed.count(300, 301)
    expect(feed.columns.column(300)?.answered).toEqual([3, 2])
  })

  it('draws an answer of a backend that nobody can name as answered', () => {
    const samples: Recorded[] = [
      { by: 0, sentUs: 0 },
      { by: null, outcome: 'answered', reason: 'none', status: 200, sentUs: 1_000 },
    ]
    const { feed, read } = tapeOf(samples)
    expect(feed.columns.column(1)).toMatchObject({ failed: 0, answered: [undefined, 1] })
    expect(lanesOf(236, [A, B], feed.columns.backends, NUMBERS).map(({ label }) => label)).toEqual([
      ...['1 a3f9', '2 7be0', 'unknown', 'nobody'],
    ])
    expect(read(1)).toBe('#1, answered by an unknown backend, 200, in 1.0 ms')
  })

  it('tells the time from when a request was due beside the time from when it was sent', () => {
    const { read } = tapeOf([{ by: 0, sentUs: 200_000, waitUs: 160_000, latencyUs: 1_300 }])
    expect(read(0)).toBe(`#0, answered by 1 ${A}, 200, in 1.3 ms (161 ms from due)`)
  })

  it('marks an action at the first request that ended after it', () => {
    const { log } = tapeOf(inTurn(40, 2, 250_000))
    const action = (id: number, sinceUs: number, burst = 'b1'): Action => ({
      ...{ id, at: '', kind: 'scaled', label: `action ${id}`, backend: null, number: null },
      burst: { id: burst, sinceUs },
    })
    expect(marksOf(log, [action(1, 5_000_000), action(2, 0), action(3, 0, 'b9')], 'b1')).toEqual([
      { seq: 20, kind: 'scaled', label: 'action 1' },
      { seq: 0, kind: 'scaled', label: 'action 2' },
    ])
  })
})

describe('a log with a hole in its middle', () => {
  const samples = inTurn(200, 2, 10_000)
  const log = new SampleLog()
  log.reset(1)
  log.accept(decodeFrame(frameOf(samples, 0, 60)))
  log.accept(decodeFrame(frameOf(samples, 180, 200)))

  it('finds what lies before the hole, after it, and within', () => {
    expect(seqAt(log, 100_000)).toBe(10)
    expect(seqAt(log, 1_850_000)).toBe(185)
    expect(seqAt(log, 1_000_000)).toBe(180)
    expect(seqAt(log, 9_000_000)).toBe(200)
  })

  it('has the marks of actions where they belong', () => {
    const before: Action = {
      ...{ id: 1, at: '', kind: 'scaled', label: '2 → 3', backend: null, number: null },
      burst: { id: 'b1', sinceUs: 100_000 },
    }
    expect(marksOf(log, [before], 'b1')).toEqual([{ seq: 10, kind: 'scaled', label: '2 → 3' }])
  })
})

describe('the lanes', () => {
  it('are in order of numbers, with those that are gone or answered nothing, and nobody last', () => {
    const lanes = lanesOf(236, [B], [C, A, 'ffffffffffff'], NUMBERS)
    expect(lanes.map(({ label }) => label)).toEqual(['1 a3f9', '2 7be0', '3 c0de', '? ffff', 'nobody'])
  })

  it('fit, however many there are', () => {
    const many = Array.from({ length: 50 }, (_, index) => index.toString(16).padStart(12, '0'))
    const lanes = lanesOf(170, [], many, new Map())
    const last = lanes.at(-1)
    expect((last?.top ?? 0) + (last?.height ?? 0)).toBeLessThanOrEqual(170)
    expect(lanes[0]?.height).toBeGreaterThan(2)
  })
})

import { describe, expect, it } from 'vitest'
import { decodeFrame, type Frame } from '#lib/protocol/frame.ts'
import { MAX_REPLAYED_SAMPLES } from '#lib/protocol/limits.ts'
import { NO_TOTALS } from '#lib/protocol/model.ts'
import { SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'
import { BrowserStream, SharedFrames, type WatchedBurst } from '#lib/server/browser-stream.ts'

/** A burst whose samples carry their own sequence number as sentUs. */
function recordedBurst(number = 1) {
  const state = { head: 0, firstKept: 0 }
  const burst: WatchedBurst = {
    number,
    head: () => state.head,
    firstKept: () => state.firstKept,
    elapsedUs: () => state.head * 10,
    totals: () => ({ ...NO_TOTALS, sent: state.head, answered: state.head }),
    samples: (from, to) =>
      Uint32Array.from({ length: (to - from) * SAMPLE_WORDS }, (_, word) =>
        word % SAMPLE_WORDS === 0 ? from + word / SAMPLE_WORDS : 0,
      ),
    details: () => [],
    tables: ({ routes }) => ({
      routes: routes === 0 ? [{ index: 0, backend: 'a3f9c1d27e04', generation: 'g-1' }] : [],
      ...{ peers: [], generations: [], backends: [] },
    }),
  }
  return { burst, state }
}

function browser(options: { now?: () => number } = {}) {
  const frames: Frame[] = []
  const wire = { held: 0 }
  const stream = new BrowserStream(
    { held: () => wire.held, send: (bytes) => frames.push(decodeFrame(bytes)) },
    options.now ?? (() => 0),
  )
  const seqs = () => frames.flatMap(({ samples }) => [...samples].filter((_, word) => word % SAMPLE_WORDS === 0))
  return { stream, frames, wire, seqs }
}

const upTo = (end: number, from = 0) => Array.from({ length: end - from }, (_, index) => from + index)

describe('a browser that keeps up', () => {
  it('gets every sample once, in order, and each table once', () => {
    const { burst, state } = recordedBurst()
    const { stream, frames, seqs } = browser()
    stream.watch(burst, 0)
    for (const head of [3, 10, 11, 500]) {
      state.head = head
      stream.flush(new SharedFrames())
      stream.taken(head)
    }
    expect(seqs()).toEqual(upTo(500))
    expect(frames.map(({ tables }) => tables?.routes.length ?? 0)).toEqual([1, 0, 0, 0])
    expect(frames.every(({ gap }) => !gap)).toBe(true)
  })

  it('shares its frame with others at the same place', () => {
    const { burst, state } = recordedBurst()
    const frames: Uint8Array[] = []
    const streams = [1, 2].map(() => new BrowserStream({ held: () => 0, send: (bytes) => frames.push(bytes) }))
    for (const stream of streams) stream.watch(burst, 0)
    state.head = 5
    const shared = new SharedFrames()
    for (const stream of streams) stream.flush(shared)
    expect(frames[0]).toBe(frames[1])
  })
})

describe('a browser that comes back', () => {
  it('goes on where it stopped', () => {
    const { burst, state } = recordedBurst()
    state.head = 1_000
    const { stream, seqs, frames } = browser()
    expect(stream.watch(burst, 400)).toBe(true)
    stream.flush(new SharedFrames())
    expect(seqs()).toEqual(upTo(1_000, 400))
    expect(frames[0]?.gap).toBe(false)
  })

  it('after too long is told that it was resynced', () => {
    const { burst, state } = recordedBurst()
    state.head = MAX_REPLAYED_SAMPLES + 1_000
    const { stream, seqs, frames } = browser()
    expect(stream.watch(burst, 400)).toBe(false)
    stream.flush(new SharedFrames())
    expect(frames[0]).toMatchObject({ gap: true, firstSeq: 1_000 })
    expect(seqs()).toEqual(upTo(state.head, 1_000))
  })
})

describe('a browser that joins late', () => {
  it('gets what there is from the start, with the same totals', () => {
    const { burst, state } = recordedBurst()
    state.head = 70
    const { stream, seqs, frames } = browser()
    stream.watch(burst, null)
    stream.flush(new SharedFrames())
    expect(seqs()).toEqual(upTo(70))
    expect(frames[0]).toMatchObject({ gap: false, totals: { answered: 70 } })
  })
})

describe('a browser that does not keep up', () => {
  /** Sixty frames are on their way to it, and it has said of none that it took it in. */
  function behind() {
    const clock = { now: 0 }
    const { burst, state } = recordedBurst()
    const one = browser({ now: () => clock.now })
    one.stream.watch(burst, 0)
    for (let index = 0; index < 60; index++) {
      state.head++
      one.stream.flush(new SharedFrames())
    }
    return { ...one, state, clock }
  }

  it('gets totals only, and then every sample that waited', () => {
    const { stream, frames, seqs, state, clock } = behind()
    const sent = frames.length
    clock.now = 1_000
    state.head += 40
    stream.flush(new SharedFrames())
    expect(frames).toHaveLength(sent + 1)
    expect(frames.at(-1)).toMatchObject({ gap: false, firstSeq: sent, totals: { answered: sent + 40 } })
    expect(frames.at(-1)?.samples).toHaveLength(0)
    expect(stream.isBehind()).toBe(true)
    stream.taken(1)
    stream.flush(new SharedFrames())
    expect(stream.isBehind()).toBe(false)
    expect(seqs()).toEqual(upTo(100))
    expect(frames.every(({ gap }) => !gap)).toBe(true)
  })

  it('gets nothing while the network takes nothing', () => {
    const { burst, state } = recordedBurst()
    const { stream, frames, wire, seqs } = browser()
    stream.watch(burst, 0)
    wire.held = 2
    state.head = 100
    stream.flush(new SharedFrames())
    expect(frames).toHaveLength(0)
    wire.held = 0
    stream.flush(new SharedFrames())
    expect(seqs()).toEqual(upTo(100))
  })

  it('for too long is told of the gap, with the totals and with the samples', () => {
    const { stream, frames, state, clock } = behind()
    clock.now = 1_000
    state.head += MAX_REPLAYED_SAMPLES + 40
    const firstSeq = state.head - MAX_REPLAYED_SAMPLES
    stream.flush(new SharedFrames())
    expect(frames.at(-1)).toMatchObject({ gap: true, firstSeq, totals: { answered: state.head } })
    expect(frames.at(-1)?.samples).toHaveLength(0)
    stream.taken(state.head)
    stream.flush(new SharedFrames())
    expect(frames.at(-1)).toMatchObject({ gap: true, firstSeq })
    expect(frames.at(-1)?.samples).toHaveLength(MAX_REPLAYED_SAMPLES * SAMPLE_WORDS)
    state.head++
    stream.flush(new SharedFrames())
    expect(frames.at(-1)?.gap).toBe(false)
  })
})

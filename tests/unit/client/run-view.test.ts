import { describe, expect, it } from 'vitest'
import { RunView } from '#lib/client/run-view.ts'
import { decodeFrame } from '#lib/protocol/frame.ts'
import { UNKNOWN_BACKEND } from '#lib/protocol/model.ts'
import { A, B, burstOf, C, frameOf, inTurn, type Recorded } from './recorded.ts'

/** A view whose clock is the test's. */
function openView() {
  let nowMs = 0
  const view = new RunView({ source: 'live', now: () => nowMs })
  return {
    view,
    hear: view.hear.bind(view),
    frame: (samples: readonly Recorded[], from: number, to: number, burst = 1) =>
      view.take(decodeFrame(frameOf(samples, from, to, burst))),
    shown: () => view.shown(),
    live: () => view.shown().live,
    wait: (ms: number) => {
      nowMs += ms
    },
  }
}

/** A request more or less may stand at either end of the second. */
const isAbout20 = (rate: number): boolean => Math.abs(rate - 20) <= 1

const mixed: Recorded[] = Array.from({ length: 60 }, (_, index): Recorded => {
  const sentUs = index * 10_000
  if (index === 20) return { by: null, sentUs, tried: [0, 1, 2] }
  if (index % 15 === 7) return { by: 0, sentUs, tried: [1] }
  if (index % 20 === 11) return { by: 2, sentUs, status: 503 }
  return { by: index % 3, sentUs }
})

const countsOf = ({ live }: ReturnType<typeof openView>) =>
  [A, B, C].map((key) => [live().byBackend[key]?.answered, live().byBackend[key]?.errors])

describe('the view of a run', () => {
  it('counts by backend as the server does', () => {
    const page = openView()
    page.hear(burstOf([]))
    for (let at = 0; at < 60; at += 6) page.frame(mixed, at, at + 6)
    expect(page.live().totals.answered).toBe(59)
    expect(page.live().nobody).toBe(1)
    for (const share of burstOf(mixed).byBackend)
      expect(page.live().byBackend[share.backend]).toMatchObject({ answered: share.answered, errors: share.errors })
    expect(page.live().byBackend[B]?.rescuedFrom).toBe(4)
    expect(page.live().lastBackend).toBe(C)
  })

  it('knows the backends and configurations of the run from its frames', () => {
    const page = openView()
    page.hear(burstOf([]))
    page.frame(mixed, 0, 6)
    expect([...page.shown().backends.values()].map(({ number, backend }) => [number, backend])).toEqual([
      [1, A],
      [2, B],
      [3, C],
    ])
    const { backends } = page.shown()
    page.view.take({ ...decodeFrame(frameOf(mixed, 6, 12)), tables: null })
    expect(page.shown().backends, 'nothing new, the same map').toBe(backends)
    page.hear(burstOf([], { id: 'b2' }))
    expect(page.shown().backends.size).toBe(0)
  })

  it('gives a late joiner the same numbers as one that saw it all', () => {
    const early = openView()
    early.hear(burstOf([]))
    for (let at = 0; at < 60; at += 6) early.frame(mixed, at, at + 6)
    const late = openView()
    late.hear(burstOf(mixed.slice(0, 30)))
    late.frame(mixed, 24, 36)
    for (let at = 36; at < 60; at += 6) late.frame(mixed, at, at + 6)
    expect(countsOf(late)).toEqual(countsOf(early))
    expect(late.live().totals).toEqual(early.live().totals)
  })

  it('ends with the numbers of the server where a summary in mid-run was ahead of its own totals', () => {
    // The server reads who answered while its worker goes on: a moment later than the totals beside it.
    const ahead = (ended: number, by: number) => ({
      ...burstOf(mixed.slice(0, ended)),
      byBackend: burstOf(mixed.slice(0, ended + by)).byBackend,
    })
    const late = openView()
    late.hear(ahead(30, 8))
    late.frame(mixed, 24, 36)
    late.hear(ahead(36, 4))
    for (let at = 36; at < 60; at += 6) late.frame(mixed, at, at + 6)
    const end = burstOf(mixed, { status: 'finished', finishedAt: '2026-01-01T00:00:01.000Z' })
    late.hear(end)
    for (const { backend, answered, errors, rescuedFrom } of end.byBackend)
      expect(late.live().byBackend[backend]).toEqual({ answered, errors, rescuedFrom })
    late.hear(ahead(48, 2))
    expect(late.shown().burst?.status, 'what was measured before the end').toBe('finished')
    expect(late.live().totals.answered).toBe(59)
  })

  it('keeps the totals over a hole, and the counts by backend are right again at the next summary', () => {
    const page = openView()
    page.hear(burstOf([]))
    page.frame(mixed, 0, 12)
    page.frame(mixed, 30, 42)
    expect(page.live().totals.answered).toBe(41)
    expect(page.shown().resynced).toEqual({ missed: 18 })
    page.hear(burstOf(mixed.slice(0, 40)))
    page.frame(mixed, 42, 60)
    for (const share of burstOf(mixed).byBackend)
      expect(page.live().byBackend[share.backend]?.answered).toBe(share.answered)
  })

  it('agrees with the summary at the end, in whatever order frame and summary come', () => {
    const summary = burstOf(mixed, { status: 'finished', finishedAt: '2026-01-01T00:00:01.000Z' })
    for (const order of ['frame first', 'summary first']) {
      const page = openView()
      page.hear(burstOf([]))
      page.frame(mixed, 0, 48)
      if (order === 'summary first') page.hear(summary)
      page.frame(mixed, 48, 60)
      if (order === 'frame first') page.hear(summary)
      expect(page.live().totals.answered, order).toBe(59)
      expect(page.live().elapsedUs, order).toBe(1_000_000)
      expect(page.live().rps, order).toBe(0)
      for (const share of summary.byBackend) expect(page.live().byBackend[share.backend]?.answered).toBe(share.answered)
      expect(page.view.log.nextSeq).toBe(60)
    }
  })

  it('shows the rate of the last second, and lets it go down when nothing comes', () => {
    const page = openView()
    page.hear(burstOf([]))
    const samples = inTurn(40, 2, 50_000)
    for (let at = 0; at < 40; at++) {
      page.wait(at === 0 ? 0 : 50)
      page.frame(samples, at, at + 1)
    }
    expect(page.live().rps).toSatisfy(isAbout20)
    page.wait(2_000)
    expect(page.live().rps).toBe(0)
  })

  it('shows the true rate at once when it was opened in mid-run, and when it comes back', () => {
    const samples = inTurn(4_000, 2, 50_000)
    const late = openView()
    late.hear(burstOf(samples.slice(0, 3_000)))
    late.frame(samples, 2_900, 3_000)
    expect(late.live().rps, 'opened after 150 s').toSatisfy(isAbout20)
    late.wait(5_000)
    late.frame(samples, 3_000, 3_100)
    expect(late.live().rps, 'with all that it missed').toSatisfy(isAbout20)
    late.wait(10_000)
    late.frame(samples, 3_300, 3_301)
    expect(late.live().rps, 'with the newest only').toSatisfy(isAbout20)
  })

  it('charts what the totals say: seconds that it missed are told as missed, and add up', () => {
    const samples = inTurn(100, 2, 50_000)
    const page = openView()
    page.hear(burstOf([]))
    page.frame(samples, 0, 20)
    page.frame(samples, 40, 100)
    const seen = page.view.rates.buckets.map(({ answered }) =>
      answered.reduce<number>((sum, one) => sum + (one ?? 0), 0),
    )
    expect(seen).toEqual([20, 0, 20, 20, 20])
    const missed = page.view.rates.buckets.map((bucket) => bucket.missed)
    expect(missed[1]).toBeGreaterThan(18)
    expect(missed.reduce((sum, count) => sum + count, 0)).toBeCloseTo(20)
    const late = openView()
    late.hear(burstOf(samples.slice(0, 60)))
    late.frame(samples, 60, 100)
    expect(late.view.rates.buckets.map((bucket) => Math.round(bucket.missed))).toEqual([20, 20, 20, 0, 0])
    expect(late.shown().resynced, 'it simply came later').toBeNull()
  })

  it('says that it gets totals only when a frame has no samples but newer totals', () => {
    const page = openView()
    page.hear(burstOf([]))
    page.frame(mixed, 0, 12)
    page.frame(mixed, 24, 24)
    expect(page.shown().skipping).toBe(true)
    page.frame(mixed, 36, 40)
    expect(page.shown().skipping).toBe(false)
    expect(page.shown().resynced).toEqual({ missed: 24 })
  })

  it('leaves frames of another run out, and starts anew with a new one', () => {
    const page = openView()
    page.hear(burstOf([]))
    page.frame(mixed, 0, 12)
    page.frame(mixed, 0, 12, 2)
    expect(page.view.log.nextSeq).toBe(12)
    page.hear(burstOf([], { id: 'b2' }))
    expect(page.live().totals.answered).toBe(0)
    page.frame(mixed, 0, 6, 2)
    expect(page.live().totals.answered).toBe(6)
    page.hear(burstOf([], { id: 'b2', boot: 'second-boot' }))
    expect(page.live().totals.answered, 'the same id of a server that was started anew').toBe(0)
    expect(page.view.log.burst).toBe(2)
  })

  it('draws what comes twice into the charts once', () => {
    const page = openView()
    page.hear(burstOf([]))
    page.frame(mixed, 0, 12)
    page.frame(mixed, 6, 18)
    const drawn = page.view.rates.buckets.reduce(
      (sum, bucket) => sum + bucket.nobody + bucket.answered.reduce<number>((all, one) => all + (one ?? 0), 0),
      0,
    )
    expect(drawn).toBe(18)
  })

  it('takes an answer whose backend nobody can name for an answer', () => {
    const page = openView()
    page.hear(burstOf([]))
    page.frame([{ by: null, sentUs: 0, outcome: 'answered', status: 200 }], 0, 1)
    expect(page.view.rates.backends).toEqual([UNKNOWN_BACKEND])
    expect(page.view.rates.buckets[0]).toMatchObject({ answered: [1], nobody: 0 })
    expect(page.live().totals.answered).toBe(1)
  })
})

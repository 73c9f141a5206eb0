import { describe, expect, it } from 'vitest'
import { Intake } from '#lib/client/intake.ts'
import { reducePage } from '#lib/client/page-reducer.ts'
import { INITIAL_PAGE_STATE, type PageState } from '#lib/client/page-state.ts'
import { RateSeries } from '#lib/client/rate-series.ts'
import { SampleLog } from '#lib/client/sample-log.ts'
import type { Burst } from '#lib/protocol/model.ts'
import { A, B, burstOf, C, frameOf, inTurn, type Recorded } from './recorded.ts'

/** A browser without a socket: time and timers are the test's. */
function browser() {
  let now = 0
  let timer: { at: number; run: () => void } | null = null
  let state: PageState = INITIAL_PAGE_STATE
  let published = 0
  const log = new SampleLog(1000)
  const rates = new RateSeries()
  const intake = new Intake({
    log,
    rates,
    dispatch: (event) => {
      published++
      state = reducePage(state, event)
    },
    clock: {
      now: () => now,
      after: (ms, run) => {
        timer = { at: now + ms, run }
        return timer
      },
      cancel: () => {
        timer = null
      },
    },
  })
  return {
    log,
    rates,
    intake,
    state: () => state,
    published: () => published,
    hear: (kind: 'burst-started' | 'burst-measured' | 'burst-finished', burst: Burst) => {
      state = reducePage(state, kind === 'burst-started' ? { kind, burst, at: now } : { kind, burst })
      intake.hear(burst)
    },
    wait: (ms: number) => {
      const until = now + ms
      while (timer && timer.at <= until) {
        const due = timer
        timer = null
        now = due.at
        due.run()
      }
      now = until
    },
  }
}

const mixed: Recorded[] = Array.from({ length: 60 }, (_, index): Recorded => {
  const sentUs = index * 10_000
  if (index === 20) return { by: null, sentUs, tried: [0, 1, 2] }
  if (index % 15 === 7) return { by: 0, sentUs, tried: [1] }
  if (index % 20 === 11) return { by: 2, sentUs, status: 503 }
  return { by: index % 3, sentUs }
})

describe('the intake of frames', () => {
  it('counts by backend as the server does', () => {
    const page = browser()
    page.hear('burst-started', burstOf([]))
    for (let at = 0; at < 60; at += 6) page.intake.frame(frameOf(mixed, at, at + 6))
    page.wait(300)
    const { live } = page.state().shown
    expect(live.totals.answered).toBe(59)
    expect(live.nobody).toBe(1)
    for (const share of burstOf(mixed).byBackend)
      expect(live.byBackend[share.backend]).toMatchObject({ answered: share.answered, errors: share.errors })
    expect(live.byBackend[B]?.rescuedFrom).toBe(4)
    expect(live.lastBackend).toBe(C)
  })

  it('gives a late joiner the same numbers as one that saw it all', () => {
    const early = browser()
    early.hear('burst-started', burstOf([]))
    for (let at = 0; at < 60; at += 6) early.intake.frame(frameOf(mixed, at, at + 6))
    const late = browser()
    late.hear('burst-started', burstOf(mixed.slice(0, 30)))
    late.intake.frame(frameOf(mixed, 24, 36))
    for (let at = 36; at < 60; at += 6) late.intake.frame(frameOf(mixed, at, at + 6))
    early.wait(300)
    late.wait(300)
    const counts = (state: PageState) =>
      [A, B, C].map((key) => [state.shown.live.byBackend[key]?.answered, state.shown.live.byBackend[key]?.errors])
    expect(counts(late.state())).toEqual(counts(early.state()))
    expect(late.state().shown.live.totals).toEqual(early.state().shown.live.totals)
  })

  it('keeps the totals over a hole, and the counts by backend are right again at the next summary', () => {
    const page = browser()
    page.hear('burst-started', burstOf([]))
    page.intake.frame(frameOf(mixed, 0, 12))
    page.intake.frame(frameOf(mixed, 30, 42))
    page.wait(300)
    expect(page.state().shown.live.totals.answered).toBe(41)
    expect(page.state().shown.resynced).toEqual({ missed: 18 })
    page.hear('burst-measured', burstOf(mixed.slice(0, 40)))
    page.intake.frame(frameOf(mixed, 42, 60))
    page.wait(300)
    const { byBackend } = page.state().shown.live
    for (const share of burstOf(mixed).byBackend) expect(byBackend[share.backend]?.answered).toBe(share.answered)
  })

  it('agrees with the summary at the end, in whatever order frame and summary come', () => {
    const summary = burstOf(mixed, { status: 'finished', finishedAt: '2026-01-01T00:00:01.000Z' })
    for (const order of ['frame first', 'summary first']) {
      const page = browser()
      page.hear('burst-started', burstOf([]))
      page.intake.frame(frameOf(mixed, 0, 48))
      if (order === 'summary first') page.hear('burst-finished', summary)
      page.intake.frame(frameOf(mixed, 48, 60))
      if (order === 'frame first') page.hear('burst-finished', summary)
      page.wait(1000)
      const { live } = page.state().shown
      expect(live.totals.answered, order).toBe(59)
      expect(live.rps, order).toBe(0)
      for (const share of summary.byBackend) expect(live.byBackend[share.backend]?.answered).toBe(share.answered)
      expect(page.log.nextSeq).toBe(60)
    }
  })

  it('publishes at once, then at most four times a second', () => {
    const page = browser()
    page.hear('burst-started', burstOf([]))
    const samples = inTurn(200, 2, 5_000)
    for (let at = 0; at < 200; at++) {
      page.intake.frame(frameOf(samples, at, at + 1))
      page.wait(5)
    }
    expect(page.published()).toBeGreaterThanOrEqual(4)
    expect(page.published()).toBeLessThanOrEqual(5)
  })

  it('shows the rate of the last second, and lets it go down when nothing comes', () => {
    const page = browser()
    page.hear('burst-started', burstOf([]))
    const samples = inTurn(40, 2, 50_000)
    for (let at = 0; at < 40; at++) {
      page.intake.frame(frameOf(samples, at, at + 1))
      page.wait(50)
    }
    expect(page.state().shown.live.rps).toBeGreaterThan(18)
    expect(page.state().shown.live.rps).toBeLessThan(22)
    page.wait(2_000)
    expect(page.state().shown.live.rps).toBe(0)
  })

  it('says that it gets totals only when a frame has no samples but newer totals', () => {
    const page = browser()
    page.hear('burst-started', burstOf([]))
    page.intake.frame(frameOf(mixed, 0, 12))
    page.intake.frame(frameOf(mixed, 24, 24))
    page.wait(300)
    expect(page.state().shown.skipping).toBe(true)
    page.intake.frame(frameOf(mixed, 36, 40))
    page.wait(300)
    expect(page.state().shown.skipping).toBe(false)
    expect(page.state().shown.resynced).toEqual({ missed: 24 })
  })

  it('leaves frames of another burst out, and starts anew with a new one', () => {
    const page = browser()
    page.hear('burst-started', burstOf([]))
    page.intake.frame(frameOf(mixed, 0, 12))
    page.intake.frame(frameOf(mixed, 0, 12, 2))
    expect(page.log.nextSeq).toBe(12)
    page.hear('burst-started', burstOf([], { id: 'b2', startedAt: '2026-01-01T00:01:00.000Z' }))
    expect(page.state().shown.live.totals.answered).toBe(0)
    page.intake.frame(frameOf(mixed, 0, 6, 2))
    page.wait(300)
    expect(page.state().shown.live.totals.answered).toBe(6)
    page.hear('burst-finished', burstOf(mixed, { status: 'finished' }))
    expect(page.state().shown.burst?.id, 'a straggler of the older burst').toBe('b2')
    expect(page.log.burst).toBe(2)
  })

  it('sees the first failed attempt, and what the others answered since', () => {
    const page = browser()
    page.hear('burst-started', burstOf([]))
    page.intake.frame(frameOf(mixed, 0, 7))
    expect(page.state().shown.live.failover).toBeNull()
    page.intake.frame(frameOf(mixed, 7, 20))
    page.wait(300)
    // Number 7 is the first that was tried at B: 7 to 19 were answered by A and C so often.
    expect(page.state().shown.live.failover).toEqual({ backend: B, noticedUs: 70_500, others: [5, 4] })
    const late = browser()
    late.hear('burst-started', burstOf(mixed.slice(0, 12)))
    late.intake.frame(frameOf(mixed, 12, 40))
    late.wait(300)
    expect(late.state().shown.live.failover, 'a later one is not the first').toBeNull()
  })

  it('draws a replay into the charts once', () => {
    const page = browser()
    page.hear('burst-started', burstOf([]))
    page.intake.frame(frameOf(mixed, 0, 12))
    page.intake.frame(frameOf(mixed, 6, 18))
    const drawn = page.rates.buckets.reduce(
      (sum, bucket) => sum + bucket.nobody + bucket.answered.reduce<number>((all, one) => all + (one ?? 0), 0),
      0,
    )
    expect(drawn).toBe(18)
  })
})

import { describe, expect, it } from 'vitest'
import { decodeFrame } from '#lib/protocol/frame.ts'
import { A, B, burstOf, C, frameOf, mixed, type OpenView, openView } from './recorded.ts'

const countsOf = ({ live }: OpenView) =>
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

  it('says that it gets totals only as long as they are ahead of its samples', () => {
    const page = openView()
    page.hear(burstOf([]))
    page.frame(mixed, 0, 12)
    page.view.take({ ...decodeFrame(frameOf(mixed, 24, 24)), firstSeq: 12 })
    expect(page.shown().skipping).toBe(true)
    expect(page.live().totals.answered).toBe(23)
    page.frame(mixed, 12, 40)
    expect(page.shown()).toMatchObject({ skipping: false, resynced: null })
    page.frame(mixed, 44, 44)
    expect(page.shown(), 'these are not coming').toMatchObject({ skipping: true, resynced: { missed: 4 } })
    page.frame(mixed, 44, 50)
    page.frame(mixed, 50, 50)
    expect(page.shown(), 'a sign of life').toMatchObject({ skipping: false, resynced: { missed: 4 } })
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
})

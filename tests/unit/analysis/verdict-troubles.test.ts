import { describe, expect, it } from 'vitest'
import { verdictOf } from '#lib/analysis/verdict.ts'
import type { Failover } from '#lib/protocol/judgement.ts'
import { fell, KEYS, noted, said, story } from './story.ts'

const shareOf = (index: number, rescuedFrom: number) => ({
  ...{ backend: KEYS[index] ?? '', answered: 0, errors: 0, rescuedFrom, share: 0, expectedShare: 0, latencyMs: null },
})
const failoverOf = (index: number, noticedMs: number, others: number[] | null): Failover => ({
  ...{ backend: KEYS[index] ?? '', noticedUs: noticedMs * 1_000, others },
})

describe('the verdict on a run that had troubles', () => {
  it('names failures first, each part by its name, and offers to show them', () => {
    expect(verdictOf(story({ lists: [[36, 35]], totals: { failed: 1, rescued: 2 } }))).toMatchObject({
      ...{
        tone: 'bad',
        sentence: '1 of 72 failed: it got no answer from a backend. 2 were rescued.',
        showFailures: true,
      },
    })
    expect(said(story({ lists: [[9, 9]], totals: { failed: 1, timedOut: 2, errors: 3 } }))).toBe(
      '6 of 21 failed: 1 got no answer from a backend, 2 timed out, 3 were answered with an error.',
    )
    expect(said(story({ totals: { failed: 20 } }))).toBe('20 of 20 failed: all 20 got no answer from a backend.')
    expect(said(story({ totals: { timedOut: 2 } }))).toBe('2 of 2 failed: both timed out.')
    expect(said(story({ totals: { timedOut: 20, cancelled: 3 }, burst: { status: 'cancelled' } }))).toBe(
      '20 of 20 failed: all 20 timed out, then cancelled.',
    )
    expect(said(story({ lists: [[3, 3]], totals: { errors: 1 } }))).toBe(
      '1 of 6 failed: it was answered with an error.',
    )
  })

  it('tells that nobody was in the list for a while', () => {
    const facts = story({
      lists: [
        [14, 13],
        [null, null],
        [62, 62, 62],
      ],
      totals: { failed: 187 },
    })
    expect(noted(facts)).toBe('for a while the list had no backend')
    expect(
      noted(
        story({
          lists: [
            [14, 13],
            [62, 62, 62],
          ],
          totals: { failed: 187 },
        }),
      ),
    ).toBe('')
  })

  it('tells who fell while requests failed and none was rescued', () => {
    const facts = story({ lists: [[20, 21]], totals: { failed: 159 } })
    expect(noted(facts)).toBe('')
    expect(noted({ ...facts, actions: [fell(1, 2_000), fell(0, 2_001)] }), 'by number').toBe(
      'backends 1 and 2 died while it ran',
    )
    expect(noted({ ...facts, actions: [fell(0, 2_000, 'paused')] })).toBe('backend 1 was paused while it ran')
  })

  it('says that none failed where some were rescued, after what or from whom', () => {
    const facts = story({ lists: [[80, 80, 80]], totals: { rescued: 3 }, burst: { byBackend: [shareOf(1, 3)] } })
    expect(verdictOf(facts)).toMatchObject({
      tone: 'good',
      sentence: '240 answered, none failed. 3 were rescued from backend 2.',
      showFailures: true,
    })
    expect(said({ ...facts, actions: [fell(1, 5)] })).toBe(
      '240 answered, none failed. 3 were rescued after backend 2 died.',
    )
    expect(said({ ...facts, actions: [fell(1, 5), fell(0, 9, 'paused')] })).toBe(
      '240 answered, none failed. 3 were rescued after backend 2 died and backend 1 was paused.',
    )
    expect(said({ ...facts, actions: [fell(1, 5), fell(2, 9)] })).toBe(
      '240 answered, none failed. 3 were rescued after backends 2 and 3 died.',
    )
    expect(said({ ...facts, actions: [fell(0, 1), fell(1, 2), fell(2, 3)] })).toBe(
      '240 answered, none failed. 3 were rescued after 3 backends went down.',
    )
  })

  it('says when a death was noticed, and how the others shared what came after', () => {
    const noteOf = (...failovers: Failover[]) =>
      noted({
        ...story({ lists: [[70, 30, 70, 70]], totals: { rescued: 3 }, burst: { failovers } }),
        actions: [fell(1, 100)],
      })
    const noticed = 'the front door noticed after 0.2 s'
    expect(noteOf(failoverOf(1, 300, [40, 40, 41]))).toBe(`${noticed}; the others then shared evenly`)
    expect(noteOf(failoverOf(1, 300, [400, 400, 405]))).toBe(`${noticed}; the others then shared almost evenly`)
    expect(noteOf(failoverOf(1, 300, [40, 40, 60]))).toBe(`${noticed}; the others differ by 20 since`)
    expect(noteOf(failoverOf(1, 300, [1, 1, 0])), 'not each had a turn').toBe(noticed)
    expect(noteOf(failoverOf(1, 300, null)), 'nobody knows the others').toBe(noticed)
    expect(noteOf(failoverOf(1, 90, null))).toBe('the front door noticed within 50 ms')
    expect(noteOf(failoverOf(0, 90, null)), 'that was another one').toBe('')
  })

  it('tells each of two failovers', () => {
    const failovers = [failoverOf(1, 110, [9, 9]), failoverOf(0, 2_300, [20, 20])]
    const facts = story({ lists: [[70, 30, 70]], totals: { rescued: 3 }, burst: { failovers } })
    expect(noted({ ...facts, actions: [fell(1, 100), fell(0, 1_000)] })).toBe(
      'backend 2: the front door noticed within 50 ms, the others then shared evenly; backend 1: the front door noticed after 1.3 s, the others then shared evenly',
    )
  })

  it('says that it was cancelled, and after how many', () => {
    const verdict = verdictOf(story({ lists: [[10, 10]], totals: { cancelled: 1 }, burst: { status: 'cancelled' } }))
    expect(verdict.sentence).toBe('20 answered, 10 each, in strict rotation, then cancelled.')
    expect(verdict.note).toContain('cancelled after 21 of 120')
    const cancelled = { status: 'cancelled' as const }
    expect(said(story({ totals: { sent: 1, cancelled: 1 }, burst: cancelled }))).toBe('Cancelled before any answer.')
    expect(said(story({ burst: cancelled }))).toBe('Cancelled before anything was sent.')
  })

  it('says that nothing was sent where its time was over at once', () => {
    expect(verdictOf(story({}))).toMatchObject({
      sentence: 'Nothing was sent.',
      note: 'its time was over before the first request was due',
    })
  })

  it('says why a burst broke off', () => {
    expect(verdictOf(story({ burst: { status: 'failed', failure: 'The front door is away.' } }))).toMatchObject({
      tone: 'bad',
      sentence: 'The burst failed: The front door is away.',
    })
  })

  it('says what was sent again', () => {
    expect(noted(story({ lists: [[5, 5]], totals: { resent: 1 } }))).toContain(
      '1 was sent again, since its connection had been closed',
    )
  })
})

describe('late starts', () => {
  const late = (
    share: number,
    over: { at?: number; rescued?: number; failed?: number; p50?: number | null; sent?: number } = {},
  ) => {
    const { at = 4, rescued = 0, failed = 0, p50 = 100, sent = 120 } = over
    const quantiles = p50 === null ? null : { p50, p90: p50, p95: p50, p99: p50, p999: p50, max: p50 }
    const burst = { lateStarts: share, latencyMs: { fromSent: quantiles, fromIntended: quantiles } }
    return noted(story({ lists: [[60, 60]], at, rate: 50, totals: { sent, rescued, failed }, burst }))
  }

  it('are laid to slow answers that took all places, with what to do', () => {
    expect(late(0.123)).toBe(
      '4 in flight: judged by counts, not by turns; 12.3 % started late, since all 4 places were taken by slow answers: raise “In flight” or lower the rate',
    )
    expect(late(0.37, { at: 1 })).toContain('37 % started late, since the only place was taken by slow answers')
    expect(late(0.37, { at: 256 })).toMatch(/by slow answers: lower the rate$/)
  })

  it('are laid to a rescue where the usual answer leaves room', () => {
    expect(late(0.1, { rescued: 2, p50: 1 })).toContain(
      'all 4 places were taken while a failed attempt was tried elsewhere',
    )
    expect(late(0.1, { rescued: 2, p50: 100 })).toContain('by slow answers')
  })

  it('are laid to requests that failed where the usual answer leaves room', () => {
    expect(late(0.1, { failed: 2, rescued: 1, p50: 1 })).toContain('all 4 places were taken by requests that failed')
    expect(late(0.1, { failed: 1, rescued: 30, p50: 1 })).toContain('while a failed attempt was tried elsewhere')
    expect(late(0.1, { failed: 60, p50: null })).toContain('all 4 places were taken by requests that failed')
    expect(late(0.1, { failed: 2, p50: 100 })).toContain('by slow answers')
  })

  it('never blame the front door, and are not worth a word when they are few', () => {
    expect(late(0.5)).not.toContain('front door')
    expect(late(0.01)).not.toContain('late')
    expect(late(0.03, { sent: 100 }), '3 requests').not.toContain('late')
  })
})

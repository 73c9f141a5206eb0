import { describe, expect, it } from 'vitest'
import { type Judged, verdictOf } from '#lib/analysis/verdict.ts'
import { backend, KEYS, said, story } from './story.ts'

describe('the verdict on a burst that had troubles', () => {
  it('is short about one request and about one backend', () => {
    expect(verdictOf(story({ counts: [1, 0] }))).toMatchObject({
      sentence: '1 answered, by 1 a3f9.',
      note: 'one answer, so there are no turns to judge',
    })
    expect(verdictOf(story({ counts: [20] }))).toMatchObject({
      sentence: '20 answered, all by 1 a3f9.',
      note: 'one backend, so there are no turns to judge',
    })
  })

  it('names failures first, and offers to show them', () => {
    expect(verdictOf(story({ counts: [36, 35], totals: { failed: 1, rescued: 2 } }))).toMatchObject({
      tone: 'bad',
      sentence: '1 failed, 2 rescued; 71 answered.',
      showFailures: true,
    })
    expect(said(story({ counts: [9, 9], totals: { failed: 1, timedOut: 2, errors: 3 } }))).toBe(
      '1 failed, 2 timed out, 3 answered with an error; 18 answered.',
    )
    expect(said(story({ totals: { failed: 20 } }))).toBe('20 failed; nobody answered.')
  })

  it('says that none failed where some were rescued, and after what', () => {
    const judged = story({ counts: [80, 80, 80], totals: { rescued: 3 } })
    expect(verdictOf(judged)).toMatchObject({
      tone: 'good',
      sentence: '240 answered, none failed. 3 were rescued.',
      showFailures: true,
    })
    const down = {
      id: 1,
      at: '',
      kind: 'down' as const,
      label: '',
      backend: KEYS[1] ?? '',
      burst: { id: 'b1', sinceUs: 5 },
    }
    expect(said({ ...judged, actions: [down] })).toBe('240 answered, none failed. 3 were rescued after 7be0 died.')
  })

  it('says when a death was noticed, and how the rest shared what came after', () => {
    const down = {
      id: 1,
      at: '',
      kind: 'down' as const,
      label: '',
      backend: KEYS[1] ?? '',
      burst: { id: 'b1', sinceUs: 100_000 },
    }
    const noteOf = (others: number[] | null, over: Partial<Judged> = {}) =>
      verdictOf({
        ...story({ counts: [70, 30, 70, 70], totals: { rescued: 3 } }),
        actions: [down],
        failover: { backend: KEYS[1] ?? '', noticedUs: 300_000, others },
        ...over,
      }).note
    expect(noteOf([40, 40, 41])).toBe('noticed after 0.2 s; fair again among the rest at once')
    expect(noteOf([400, 400, 405])).toBe('noticed after 0.2 s; about fair again among the rest')
    expect(noteOf([40, 40, 60])).toBe('noticed after 0.2 s; the rest are 20 apart since')
    expect(noteOf([1, 1, 0]), 'not each had a turn').toBe('noticed after 0.2 s')
    expect(noteOf(null), 'others came meanwhile').toBe('noticed after 0.2 s')
    const left = { ...down, id: 2, kind: 'left' as const, backend: KEYS[2] ?? '' }
    expect(noteOf([40, 40, 10], { actions: [down, left] })).toBe('noticed after 0.2 s')
    const sooner = { backend: KEYS[1] ?? '', noticedUs: 90_000, others: null }
    expect(noteOf(null, { failover: sooner })).toBe('noticed at once')
    const another = { ...sooner, backend: KEYS[0] ?? '' }
    expect(noteOf(null, { failover: another }), 'that was another one').toBe('')
  })

  it('does not name a cause where there were two', () => {
    const fall = (index: number) => ({
      id: index,
      at: '',
      kind: 'down' as const,
      label: '',
      backend: KEYS[index] ?? '',
      burst: { id: 'b1', sinceUs: 5 },
    })
    const judged = { ...story({ counts: [80, 80, 80], totals: { rescued: 1 } }), actions: [fall(0), fall(1)] }
    expect(said(judged)).toBe('240 answered, none failed. 1 was rescued.')
  })

  it('does not tell turns any more once several were on their way at once', () => {
    const raised = verdictOf(story({ counts: [10, 10], at: 4, burst: { deviations: 7 } }))
    expect(raised.sentence).toBe('20 answered, 10 each.')
    const lowered = verdictOf(story({ counts: [10, 10], burst: { deviations: null } }))
    expect(lowered.sentence).toBe('20 answered, 10 each.')
    expect(lowered.note).toBe('several at once for a while, so counts are judged, not turns')
  })

  it('names one that is gone by its number, too', () => {
    const judged = { ...story({ counts: [50, 30, 20], at: 8 }), backends: [backend(0)] }
    expect(said(judged)).toBe('100 answered, not evenly: 50 by 1 a3f9, 30 by 2 7be0, 20 by 3 c0de.')
  })

  it('says that it was cancelled, and after how many', () => {
    const verdict = verdictOf(story({ counts: [10, 10], totals: { cancelled: 1 }, burst: { status: 'cancelled' } }))
    expect(verdict.sentence).toBe('20 answered, 10 each, in strict turn, then cancelled.')
    expect(verdict.note).toContain('cancelled after 21 of 120')
    expect(said(story({ totals: { cancelled: 1 }, burst: { status: 'cancelled' } }))).toBe(
      'Cancelled before an answer.',
    )
  })

  it('says why a burst could not run', () => {
    expect(verdictOf(story({ burst: { status: 'failed', failure: 'The front door is away.' } }))).toMatchObject({
      tone: 'bad',
      sentence: 'The burst could not run: The front door is away.',
    })
  })

  it('says when the rate was not kept', () => {
    const verdict = verdictOf(story({ counts: [60, 60], at: 4, rate: 5000, burst: { lateStarts: 0.123 } }))
    expect(verdict.note).toBe(
      '4 at once, so counts are judged, not turns; the front door cannot keep 5,000 a second: 12.3 % waited for a free place',
    )
    expect(verdictOf(story({ counts: [60], rate: 50, burst: { lateStarts: 0.01 } })).note).not.toContain('cannot keep')
  })
})

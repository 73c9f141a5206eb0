import { describe, expect, it } from 'vitest'
import { type Judged, verdictOf } from '#lib/analysis/verdict.ts'
import { type Backend, type Burst, NO_TOTALS, type Totals } from '#lib/protocol/model.ts'

const KEYS = ['a3f9c1d27e04', '7be04d9910ac', 'c0de11b7f352', '51e8aa03d9c6']
type Story = { counts?: number[]; totals?: Partial<Totals>; burst?: Partial<Burst>; at?: number; rate?: number }

/** A finished burst in which `counts[i]` were answered by backend i + 1. */
function story({ counts = [], totals = {}, burst = {}, at = 1, rate }: Story): Judged {
  const answered = counts.reduce((sum, one) => sum + one, 0)
  const all: Totals = { ...NO_TOTALS, answered, ...totals }
  return {
    burst: {
      id: 'b1',
      status: 'finished',
      failure: null,
      request: {
        requests: 120,
        concurrency: at,
        ratePerSecond: rate,
        method: 'GET',
        path: '/',
        headers: {},
        keepAlive: true,
        timeoutMs: 10_000,
      },
      ...all,
      byStatus: {},
      rps: 0,
      latencyMs: { fromSent: null, fromIntended: null },
      lateStarts: null,
      byBackend: [],
      fairness: null,
      deviations: at === 1 ? 0 : null,
      startedAt: '',
      finishedAt: null,
      ...burst,
    },
    totals: all,
    answeredBy: Object.fromEntries(counts.map((count, index) => [KEYS[index], { answered: count }])),
    backends: counts.map((_, index) => backend(index)),
    numbers: new Map(KEYS.map((key, index) => [key, index + 1])),
    actions: [],
    failover: null,
  }
}
const backend = (index: number): Backend => ({
  backend: KEYS[index] ?? '',
  number: index + 1,
  address: null,
  wanted: 'up',
  status: 'up',
  listed: true,
  weight: 1,
  ejectedUntil: null,
})
const said = (judged: Judged): string => verdictOf(judged).sentence

describe('the verdict', () => {
  it('says that nothing was sent yet', () => {
    expect(verdictOf({ ...story({}), burst: null })).toEqual({
      tone: 'plain',
      sentence: 'Nothing sent yet.',
      note: '',
      showFailures: false,
    })
  })

  it('waits for the first answer', () => {
    expect(said(story({ burst: { status: 'running' }, totals: { sent: 1, inFlight: 1 } }))).toBe(
      'Waiting for the first answer.',
    )
  })

  it('says that turns were strict', () => {
    expect(verdictOf(story({ counts: [24, 24, 24] }))).toEqual({
      tone: 'good',
      sentence: '72 answered, 24 each, in strict turn.',
      note: 'one at a time, so turns are judged',
      showFailures: false,
    })
  })

  it('says how many were out of turn', () => {
    const verdict = verdictOf(story({ counts: [10, 10], burst: { deviations: 2 } }))
    expect(verdict.sentence).toBe('20 answered, 10 each, 2 out of turn.')
    expect(verdict.tone).toBe('plain')
  })

  it('judges counts above concurrency 1, and says why', () => {
    const verdict = verdictOf(story({ counts: [3334, 3333, 3333], at: 64 }))
    expect(verdict.sentence).toBe('10,000 answered, 3,333 or 3,334 each.')
    expect(verdict.note).toBe('64 at once, so counts are judged, not turns')
  })

  it('says who got how much where it was not even', () => {
    expect(said(story({ counts: [50, 30, 20], at: 8 }))).toBe(
      '100 answered, not evenly: 50 by 1 a3f9, 30 by 2 7be0, 20 by 3 c0de.',
    )
    expect(said(story({ counts: [50, 30, 20, 10], at: 8 }))).toBe(
      '110 answered, not evenly: from 10 by 4 51e8 to 50 by 1 a3f9.',
    )
  })

  it('does not call it uneven as long as requests on their way make up the difference', () => {
    const running = { status: 'running' as const }
    expect(said(story({ counts: [1582, 1582, 1575], at: 16, burst: running, totals: { inFlight: 16 } }))).toBe(
      '4,739 answered, about 1,580 each.',
    )
    const cancelled = { status: 'cancelled' as const }
    expect(said(story({ counts: [102, 96], at: 16, burst: cancelled, totals: { cancelled: 10 } }))).toBe(
      '198 answered, about 99 each, then cancelled.',
    )
  })

  it('counts a listed backend that got nothing', () => {
    const burst = { status: 'running' as const, fairness: { spread: 13.3, jain: 0.67 } }
    const judged = { ...story({ counts: [20, 20], at: 8, burst }), backends: [0, 1, 2].map(backend) }
    expect(said(judged)).toBe('40 answered, not evenly: 20 by 1 a3f9, 20 by 2 7be0, 0 by 3 c0de.')
  })

  it('does not hold a backend that came later against a burst that is over', () => {
    const judged = { ...story({ counts: [20, 20], at: 8 }), backends: [0, 1, 2].map(backend) }
    expect(said(judged)).toBe('40 answered, 20 each.')
  })

  it('takes into account that backends came and went', () => {
    expect(said(story({ counts: [30, 30, 10], at: 8, burst: { fairness: { spread: 0.4, jain: 0.9 } } }))).toBe(
      '70 answered, shared evenly while backends came and went.',
    )
  })

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

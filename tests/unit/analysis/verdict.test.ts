import { describe, expect, it } from 'vitest'
import { verdictOf } from '#lib/analysis/verdict.ts'
import { backend, said, story } from './story.ts'

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
})

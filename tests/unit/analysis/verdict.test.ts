import { describe, expect, it } from 'vitest'
import { verdictOf } from '#lib/analysis/verdict.ts'
import { KEYS, noted, said, story } from './story.ts'

describe('the verdict', () => {
  it('says that nothing was sent yet', () => {
    expect(verdictOf({ ...story({}), burst: null })).toEqual({
      ...{ tone: 'plain', sentence: 'Nothing sent yet.', note: '', showFailures: false },
    })
  })

  it('waits for the first answer', () => {
    expect(said(story({ burst: { status: 'running' }, totals: { sent: 1, inFlight: 1 } }))).toBe(
      'Waiting for the first answer.',
    )
  })

  it('says that turns were strict', () => {
    expect(verdictOf(story({ lists: [[24, 24, 24]] }))).toEqual({
      tone: 'good',
      sentence: '72 answered, 24 each, in strict rotation.',
      note: 'one in flight: judged turn by turn',
      showFailures: false,
    })
  })

  it('says how many were out of turn', () => {
    const verdict = verdictOf(story({ lists: [[10, 10]], burst: { deviations: 2 } }))
    expect(verdict).toMatchObject({ tone: 'plain', sentence: '20 answered, 10 each, 2 out of turn.' })
  })

  it('judges counts above one in flight, and says why', () => {
    const verdict = verdictOf(story({ lists: [[3334, 3333, 3333]], at: 64 }))
    expect(verdict.sentence).toBe('10,000 answered, 3,333 or 3,334 each.')
    expect(verdict.note).toBe('64 in flight: judged by counts, not by turns')
  })

  it('does not tell turns any more once several were in flight', () => {
    const raised = verdictOf(story({ lists: [[10, 10]], at: 4, burst: { deviations: 7 } }))
    expect(raised.sentence).toBe('20 answered, 10 each.')
    const lowered = verdictOf(story({ lists: [[10, 10]], burst: { deviations: null } }))
    expect(lowered.sentence).toBe('20 answered, 10 each.')
    expect(lowered.note).toBe('several in flight for a while: judged by counts, not by turns')
  })

  it('is short about one request and about one backend', () => {
    const one = verdictOf(story({ lists: [[1, 0]] }))
    expect(one).toMatchObject({
      sentence: '1 answered, by backend 1.',
      note: 'one answer, so there are no turns to judge',
    })
    const alone = verdictOf(story({ lists: [[20]] }))
    expect(alone).toMatchObject({
      sentence: '20 answered, all by backend 1.',
      note: 'one backend, so there are no turns to judge',
    })
  })

  it('counts backends where there were fewer requests', () => {
    expect(said(story({ lists: [[1, 1, 0]] }))).toBe('2 answered, one each by 2 of 3 backends, in strict rotation.')
  })

  it('says who got how much where it was not even', () => {
    expect(said(story({ lists: [[20, 50, 30]], at: 8 }))).toBe(
      '100 answered, not evenly: 50 by backend 2, 30 by backend 3, 20 by backend 1.',
    )
    expect(said(story({ lists: [[50, 30, 20, 10]], at: 8 }))).toBe(
      '110 answered, not evenly: from 10 by backend 4 to 50 by backend 1.',
    )
    expect(said(story({ lists: [[20, 20, 0]], burst: { deviations: 13 } }))).toBe(
      '40 answered, not evenly: 20 by backend 1, 20 by backend 2, none by backend 3, 13 out of turn.',
    )
  })

  it('does not call it uneven as long as requests on their way make up the difference', () => {
    const running = { status: 'running' as const, inFlight: 16 }
    expect(said(story({ lists: [[1582, 1582, 1575]], at: 16, burst: running, totals: { inFlight: 16 } }))).toBe(
      '4,739 answered, about 1,580 each.',
    )
    const cancelled = { status: 'cancelled' as const }
    expect(said(story({ lists: [[102, 96]], at: 16, burst: cancelled, totals: { cancelled: 10 } }))).toBe(
      '198 answered, about 99 each, then cancelled.',
    )
  })

  it('takes newer counts of the page while the run goes on, and none of a backend that the summary does not know', () => {
    const facts = story({ lists: [[10, 10]], burst: { status: 'running' } })
    const [one = '', two = '', three = ''] = KEYS
    const newer = { ...facts, totals: { ...facts.totals, answered: 25 } }
    const answeredBy = { [one]: { answered: 13 }, [two]: { answered: 12 } }
    expect(said({ ...newer, answeredBy })).toBe('25 answered, 12 or 13 each, in strict rotation.')
    const joined = { [one]: { answered: 12 }, [two]: { answered: 12 }, [three]: { answered: 1 } }
    expect(said({ ...newer, answeredBy: joined })).toBe('25 answered in strict rotation.')
  })

  it('asks the policy what to expect: shares by weight', () => {
    const fair = story({ lists: [[40, 21]], weights: [2, 1], burst: { deviations: null } })
    expect(said(fair)).toBe('61 answered, as weighted: 40 by backend 1, 21 by backend 2.')
    expect(noted(fair)).toBe('weighted: judged by counts, not by turns')
    expect(said(story({ lists: [[30, 30]], weights: [2, 1], at: 4 }))).toBe(
      '60 answered, not as weighted: 30 by backend 1, 30 by backend 2.',
    )
  })

  it('does not judge a list that nobody knows, and says so', () => {
    const verdict = verdictOf({ ...story({ lists: [[30, 10]] }), generations: new Map() })
    expect(verdict.sentence).toBe('40 answered: 30 by backend 1, 10 by backend 2.')
    expect(verdict.note).toBe('not judged: which list of backends was in force is not known')
  })

  it('counts answers whose backend nobody can name, and claims no turns', () => {
    const facts = story({ lists: [[10, 10]], totals: { answered: 23 } })
    const [only] = facts.burst?.stretches ?? []
    if (only) only.answered = 23
    expect(said(facts)).toBe('23 answered, about 10 each.')
    expect(noted(facts)).toBe('one in flight: judged turn by turn; 3 came from backends that nobody can name')
  })

  it('tells two backends of the same number apart by their digits', () => {
    const facts = story({ lists: [[30, 10]], at: 8 })
    const backends = new Map([...facts.backends].map(([key, backend]) => [key, { ...backend, number: 2 }]))
    expect(said({ ...facts, backends })).toBe(
      '40 answered, not evenly: 30 by backend 2 (a3f9), 10 by backend 2 (7be0).',
    )
    expect(said({ ...facts, backends: new Map() })).toContain('30 by backend a3f9')
  })
})

it('names a backend that was down before the run began where turns or shares went wrong', () => {
  const about = (burst: { deviations: number }, ...down: number[]) => {
    const facts = story({ lists: [[20, 20, 0]], burst })
    const backends = [...facts.backends.values()].map((one, index) => ({ ...one, wasDown: down.includes(index) }))
    return noted({ ...facts, backends: new Map(backends.map((one) => [one.backend, one])) })
  }
  expect(about({ deviations: 2 }, 2)).toContain('backend 3 was down when it began')
  expect(about({ deviations: 2 }, 1, 2)).toContain('backends 2 and 3 were down when it began')
  expect(about({ deviations: 2 })).not.toContain('down')
  // Not in the list, so it had no turns.
  expect(about({ deviations: 2 }, 3)).not.toContain('down')
})

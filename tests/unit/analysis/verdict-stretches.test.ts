import { describe, expect, it } from 'vitest'
import { verdictOf } from '#lib/analysis/verdict.ts'
import { said, story } from './story.ts'

describe('the verdict on a run over several lists', () => {
  it('says that somebody joined or left, and for how long', () => {
    const { sentence, note, tone } = verdictOf(
      story({
        lists: [
          [10, 9],
          [0, 0, 1],
        ],
      }),
    )
    expect(sentence).toBe('20 answered in strict rotation; backend 3 joined for the last one.')
    expect(note).toBe('one in flight: judged turn by turn, anew after each reload')
    expect(tone).toBe('good')
    expect(
      said(
        story({
          lists: [
            [5, 5, 5],
            [4, 4],
          ],
        }),
      ),
    ).toBe('23 answered in strict rotation; backend 3 left before the last 8.')
    expect(
      said(
        story({
          lists: [
            [5, 5],
            [4, null, 4, 4],
          ],
        }),
      ),
    ).toBe('22 answered in strict rotation; backends 3 and 4 joined and backend 2 left before the last 12.')
  })

  it('counts the changes where there were several', () => {
    const lists = [
      [2, 1],
      [1, 1, 1],
      [2, 1],
      [1, 1, 0],
    ]
    expect(said(story({ lists }))).toBe('11 answered in strict rotation; the list of backends changed 3 times.')
    expect(said(story({ lists, at: 8 }))).toBe('11 answered, shared evenly; the list of backends changed 3 times.')
  })

  it('takes reloads without a change as what they are', () => {
    expect(
      said(
        story({
          lists: [
            [2, 1],
            [2, 1],
            [2, 1],
          ],
        }),
      ),
    ).toBe('9 answered, about 5 each, in strict rotation.')
    expect(
      said(
        story({
          lists: [
            [2, 1],
            [1, 2],
          ],
        }),
      ),
    ).toBe('6 answered, 3 each, in strict rotation.')
  })

  it('says in which part it was not even', () => {
    const changed = '; the list of backends changed twice.'
    expect(
      said(
        story({
          lists: [
            [9, 1],
            [4, 4, 4],
            [3, 3],
          ],
          at: 8,
        }),
      ),
    ).toBe(`28 answered, not evenly in the first 10: 9 by backend 1, 1 by backend 2${changed}`)
    expect(
      said(
        story({
          lists: [
            [5, 5],
            [8, 0, 1],
            [3, 3],
          ],
          at: 8,
        }),
      ),
    ).toBe(`25 answered, not evenly in 9 of them: 8 by backend 1, 1 by backend 3, none by backend 2${changed}`)
    expect(
      said(
        story({
          lists: [
            [5, 5],
            [8, 1, 1],
            [3, 0],
          ],
          at: 8,
        }),
      ),
    ).toBe(`23 answered, not evenly in 2 of 3 stretches${changed}`)
    expect(
      said(
        story({
          lists: [
            [5, 0],
            [8, 1],
          ],
          at: 8,
        }),
      ),
    ).toBe('14 answered, not evenly in any of 2 stretches.')
  })

  it('never says "not evenly" of counts that differ only because somebody came later', () => {
    expect(
      said(
        story({
          lists: [
            [50, 50],
            [10, 10, 10],
          ],
          at: 8,
        }),
      ),
    ).toBe('130 answered, shared evenly; backend 3 joined for the last 30.')
  })

  it('says what the summary leaves out', () => {
    const burst = { stretchesLeftOut: 4, fairness: { spread: 7, jain: 0.9 } }
    expect(
      said(
        story({
          lists: [
            [5, 5],
            [4, 4, 4],
          ],
          burst,
        }),
      ),
    ).toBe('22 answered, not evenly in an earlier stretch; backend 3 joined for the last 12.')
  })

  it('lets a list that answered nothing weigh nothing', () => {
    expect(
      said(
        story({
          lists: [
            [10, 10],
            [0, 0, 0],
          ],
        }),
      ),
    ).toBe('20 answered, 10 each, in strict rotation.')
  })

  it('goes by the server’s word while the page has not the configuration yet', () => {
    const facts = story({ lists: [[10, 10]] })
    const verdict = { tone: 'good' as const, sentence: '20 answered.', note: '', showFailures: false }
    const burst = facts.burst && { ...facts.burst, verdict }
    expect(verdictOf({ ...facts, burst, generations: new Map() })).toBe(verdict)
    expect(said({ ...facts, burst })).toBe('20 answered, 10 each, in strict rotation.')
  })
})

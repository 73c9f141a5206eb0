import { describe, expect, it } from 'vitest'
import { TurnJudge } from '#lib/analysis/turn-judge.ts'

/** `bx>c` is a request that tried b and x, then was answered by c; `b>` one that nobody answered; `c!` took an unseen turn. */
function deviations(story: string, members: string | null): number {
  const judge = new TurnJudge(members === null ? null : [...members])
  for (const word of story.split(/\s+/)) {
    const [tried, by] = word.includes('>') ? word.split('>') : ['', word]
    judge.take({
      backend: by === undefined || by === '' ? null : by.replace('!', ''),
      failed: [...(tried ?? '')],
      tookUnseenTurn: by?.endsWith('!') ?? false,
    })
  }
  return judge.deviations
}

describe('turns at concurrency 1', () => {
  it('finds none where two backends alternate, wherever the round begins', () => {
    expect(deviations('a b a b a b a b', 'ab')).toBe(0)
    expect(deviations('b a b a b a b a', 'ab')).toBe(0)
  })

  it('finds none where three take turns in any fixed order', () => {
    expect(deviations('a b c a b c a b c', 'abc')).toBe(0)
    expect(deviations('c b a c b a c b a', 'abc')).toBe(0)
  })

  it('judges without knowing the members: the first round tells', () => {
    expect(deviations('a b c a b c a b c', null)).toBe(0)
    expect(deviations('a b c a b b c a b c', null)).toBe(1)
  })

  it('counts one break once, however long the rest of the turns are shifted', () => {
    expect(deviations('a b c a c a b c a b c', 'abc')).toBe(1)
    expect(deviations('a b a a b a b', 'ab')).toBe(1)
    expect(deviations('a b c b c a', 'abc')).toBe(1)
  })

  it('counts every round in which a listed backend got nothing', () => {
    expect(deviations('a b a b a b a b', 'abc')).toBe(3)
    expect(deviations('a a a a', 'ab')).toBe(3)
  })

  it('finds none with one backend', () => {
    expect(deviations('a a a a', 'a')).toBe(0)
  })

  it('takes a rescued request as the turns of all that it tried', () => {
    expect(deviations('a b c a b>c a c a c a c', 'abc')).toBe(0)
  })

  it('explains the return of a backend that had failed, and the uneven rounds after it', () => {
    expect(deviations('a b c a b>c a c a c a b c a c b a c b a c b a c b a', 'abc')).toBe(0)
  })

  it('explains what smooth weighted round robin does after a failure with kept counters', () => {
    expect(deviations('a b c a b>c a a c a c a c', 'abc')).toBe(0)
  })

  it('counts a break long after a failure', () => {
    expect(deviations('a b c a b>c a c a c a c a c a a c a c', 'abc')).toBe(1)
  })

  it('explains a turn that nobody saw', () => {
    expect(deviations('a b a a! b a b', 'ab')).toBe(0)
    expect(deviations('a b c a b c b> a', 'abc'), 'a turn lost to a failed request').toBe(1)
  })

  it('counts an answer of somebody who is not in the list, and learns no order from it', () => {
    expect(deviations('a b a x a b a b', 'ab')).toBe(1)
    expect(deviations('a a x! a a a', 'a'), 'the stranger explained').toBe(0)
  })

  it('goes on where a single one is left', () => {
    expect(deviations('a b>a a a a a', 'ab')).toBe(0)
  })

  it('judges a million turns as they come', () => {
    const members = ['a', 'b', 'c', 'd']
    const judge = new TurnJudge(members)
    for (let turn = 0; turn < 1_000_000; turn++)
      judge.take({ backend: members[turn % members.length] ?? null, failed: [], tookUnseenTurn: false })
    expect(judge.deviations).toBe(0)
  })
})

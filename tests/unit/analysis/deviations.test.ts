import { describe, expect, it } from 'vitest'
import { createTurnJudge, type Turn, type TurnReport } from '#lib/analysis/deviations.ts'

const NAMES: Record<string, string> = { a: 'a3f9c1d27e04', b: '7be04d9910ac', c: 'c0de11b7f352', x: '51e8aa03d9c6' }
const key = (letter: string): string => NAMES[letter] ?? letter

/** `bx>c` is a request that tried b and x, then was answered by c; `b>` one that nobody answered; `|` a new generation. */
function judge(story: string, members: string | null): TurnReport {
  const judge = createTurnJudge()
  let generation = 1
  if (members !== null) for (let of = 1; of <= 20; of++) judge.know(`h-${of}`, [...members].map(key))
  let seq = 0
  for (const word of story.split(/\s+/)) {
    if (word === '|') {
      generation++
      continue
    }
    const [tried, by] = word.includes('>') ? word.split('>') : ['', word]
    const turn: Turn = {
      seq: seq++,
      generation: `h-${generation}`,
      backend: by === undefined || by === '' ? null : key(by.replace('!', '')),
      failed: [...(tried ?? '')].map(key),
      tookUnseenTurn: by?.endsWith('!') ?? false,
    }
    judge.take(turn)
  }
  return judge.report()
}

describe('turns at concurrency 1', () => {
  it('finds none where two backends alternate, wherever the round begins', () => {
    expect(judge('a b a b a b a b', 'ab').deviations).toBe(0)
    expect(judge('b a b a b a b a', 'ab').deviations).toBe(0)
  })

  it('finds none where three take turns in any fixed order', () => {
    expect(judge('a b c a b c a b c', 'abc').deviations).toBe(0)
    expect(judge('c b a c b a c b a', 'abc').deviations).toBe(0)
  })

  it('judges without knowing the members: the first round tells', () => {
    expect(judge('a b c a b c a b c', null).deviations).toBe(0)
    expect(judge('a b c a b b c a b c', null).deviations).toBe(1)
  })

  it('counts one break once, however long the rest of the turns are shifted', () => {
    const report = judge('a b c a c a b c a b c', 'abc')
    expect(report.deviations).toBe(1)
    expect(report.found).toEqual([{ seq: 4, got: key('c'), how: 'skipped' }])
  })

  it('tells a repeated turn from a skipped one', () => {
    expect(judge('a b a a b a b', 'ab').found.map(({ how }) => how)).toEqual(['repeated'])
    expect(judge('a b c b c a', 'abc').found.map(({ how }) => how)).toEqual(['skipped'])
  })

  it('counts every round in which a listed backend got nothing', () => {
    expect(judge('a b a b a b a b', 'abc').deviations).toBe(3)
    expect(judge('a a a a', 'ab').deviations).toBe(3)
  })

  it('finds none with one backend', () => {
    expect(judge('a a a a', 'a').deviations).toBe(0)
  })

  it('starts from zero at each generation', () => {
    const report = judge('a b a | a b a b | a b', 'ab')
    expect(report.deviations).toBe(0)
    expect(report.explained.restarted).toBe(2)
  })

  it('takes a rescued request as the turns of all that it tried', () => {
    const report = judge('a b c a b>c a c a c a c', 'abc')
    expect(report.deviations).toBe(0)
  })

  it('explains the return of a backend that had failed, and the uneven rounds after it', () => {
    const report = judge('a b c a b>c a c a c a b c a c b a c b a c b a c b a', 'abc')
    expect(report.deviations).toBe(0)
  })

  it('explains what smooth weighted round robin does after a failure with kept counters', () => {
    const report = judge('a b c a b>c a a c a c a c', 'abc')
    expect(report.deviations).toBe(0)
    expect(report.explained.failure).toBeGreaterThan(0)
  })

  it('counts a break long after a failure', () => {
    expect(judge('a b c a b>c a c a c a c a c a a c a c', 'abc').deviations).toBe(1)
  })

  it('explains a turn that nobody saw', () => {
    const report = judge('a b a a! b a b', 'ab')
    expect(report.deviations).toBe(0)
    expect(report.explained.unseen).toBe(1)
    expect(judge('a b c a b c b> a', 'abc').deviations, 'a turn lost to a failed request').toBe(1)
  })

  it('names an answer of somebody who is not in the list', () => {
    expect(judge('a b a x a b a b', 'ab').found).toEqual([{ seq: 3, got: key('x'), how: 'stranger' }])
  })

  it('judges a million turns as they come', () => {
    const judge = createTurnJudge()
    const members = Object.values(NAMES)
    judge.know('h-1', members)
    for (let seq = 0; seq < 1_000_000; seq++)
      judge.take({
        seq,
        generation: 'h-1',
        backend: members[seq % members.length] ?? null,
        failed: [],
        tookUnseenTurn: false,
      })
    expect(judge.report()).toMatchObject({ deviations: 0, judged: 1_000_000 })
  })
})

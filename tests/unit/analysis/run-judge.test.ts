import { describe, expect, it } from 'vitest'
import { type Ended, RunJudge, type RunJudgement } from '#lib/analysis/run-judge.ts'
import { type Configuration, DEFAULT_POLICY, DEFAULT_SETTINGS } from '#lib/protocol/configuration.ts'
import { MAX_STRETCHES } from '#lib/protocol/limits.ts'

const listOf = (members: string): Configuration => ({
  policy: DEFAULT_POLICY,
  servers: [...members].map((backend) => ({ backend, address: '127.0.0.1:1', state: 'in', ...DEFAULT_SETTINGS })),
})

const PLAIN: Omit<Ended, 'seq'> = {
  ...{
    sentUs: 0,
    latencyUs: 500,
    outcome: 'answered',
    generation: null,
    backend: null,
    failedAttempts: [],
    resent: false,
  },
}

type Options = { at?: number; lists?: Record<string, string> }

/** `1ab` is generation 1 with the answers of a and b; `1b>a` one that tried b first; `1b>` one that nobody answered; `?` timed out. */
function judge(story: string, lists: Record<string, string>, { at = 1 }: Options = {}): RunJudgement {
  const judge = new RunJudge(
    (generation) => (lists[generation] === undefined ? null : listOf(lists[generation])),
    at === 1,
  )
  let seq = 0
  const take = (ended: Partial<Ended>) => judge.take({ ...PLAIN, seq, sentUs: seq++ * 1_000, ...ended })
  for (const word of story.split(/\s+/)) {
    const generation = word.startsWith('-') ? null : word.slice(0, 1)
    const [tried, by] = word.includes('>') ? word.slice(1).split('>') : ['', word.slice(1)]
    if (word === '?') take({ outcome: 'timedOut' })
    else if (word.includes('>')) {
      const failedAttempts = [...(tried ?? '')].map((backend) => ({ backend, us: 200 }))
      take({ generation, failedAttempts, ...(by ? { backend: by } : { outcome: 'failed' }) })
    } else for (const backend of by ?? '') take({ generation, backend: backend === '_' ? null : backend })
  }
  return judge.judgement()
}

describe('a run judged within each generation', () => {
  it('calls perfect rotation even over reloads, though the first of each list gets the odd request again and again', () => {
    const { fairness, deviations, stretches } = judge('1aba 2aba 3aba', { 1: 'ab', 2: 'ab', 3: 'ab' })
    expect(fairness?.spread).toBe(1)
    expect(deviations).toBe(0)
    expect(stretches.map(({ spread, answered }) => [spread, answered])).toEqual([
      [1, 3],
      [1, 3],
      [1, 3],
    ])
  })

  it('tells of each stretch what was answered, from when to when, and who was due how much', () => {
    const { stretches, expected } = judge('1abab 2c', { 1: 'ab', 2: 'abc' })
    expect(stretches[0]).toEqual({
      ...{ generation: '1', fromSeq: 0, toSeq: 4, fromUs: 0, toUs: 3_500, answered: 4 },
      byBackend: [
        { backend: 'a', answered: 2, expected: 2 },
        { backend: 'b', answered: 2, expected: 2 },
      ],
      ...{ spread: 0, jain: 1, deviations: 0 },
    })
    expect(stretches[1]).toMatchObject({ generation: '2', fromSeq: 4, toSeq: 5, answered: 1, spread: 1, deviations: 0 })
    expect([...(expected ?? [])].map(([backend, due]) => [backend, Number(due.toFixed(2))])).toEqual([
      ['a', 2.33],
      ['b', 2.33],
      ['c', 0.33],
    ])
  })

  it('knows the members from the first sample: one that is listed and never chosen is a deviation', () => {
    expect(judge('1abab 2ababab', { 1: 'ab', 2: 'abc' }).deviations).toBe(2)
  })

  it('asks for a configuration once, at the first sample of its generation', () => {
    const asked: string[] = []
    const judge = new RunJudge((generation) => {
      asked.push(generation)
      return listOf('ab')
    }, true)
    for (const [seq, generation] of ['1', '1', '2', '1', '2'].entries())
      judge.take({ ...PLAIN, seq, generation, backend: 'a' })
    expect(asked).toEqual(['1', '2'])
  })

  it('goes on with the turns of an older list whose workers still answer', () => {
    const { deviations, stretches } = judge('1ab 2a 1a 2b 1b 2a', { 1: 'ab', 2: 'ab' })
    expect(deviations).toBe(0)
    expect(stretches.map(({ fromSeq, toSeq }) => [fromSeq, toSeq])).toEqual([
      [0, 6],
      [2, 7],
    ])
    expect(judge('1ab 2a 1a 2b 1a', { 1: 'ab', 2: 'ab' }).deviations, 'a twice in the first').toBe(1)
  })

  it('says nothing of fairness where somebody else’s list answered, and still shows who did', () => {
    const { fairness, expected, stretches } = judge('1abab 9ab', { 1: 'ab' })
    expect([fairness, expected]).toEqual([null, null])
    expect(stretches[1]).toMatchObject({
      spread: null,
      jain: null,
      byBackend: [{ expected: null }, { expected: null }],
    })
  })

  it('keeps its fairness when it ends at the first sample of a new list', () => {
    expect(judge('1ababab 2a', { 1: 'ab', 2: 'abc' }).fairness).toEqual({ spread: 1, jain: expect.any(Number) })
  })

  it('takes an answer of somebody unnamed as an answer that no share and no turn is judged by', () => {
    const { stretches, deviations } = judge('1ab_ab', { 1: 'ab' })
    expect(stretches[0]).toMatchObject({ answered: 5, spread: 0, byBackend: [{ expected: 2 }, { expected: 2 }] })
    expect(deviations).toBe(0)
  })

  it('counts requests without a generation in no stretch, but lets them take a turn of the list in force', () => {
    const { stretches, deviations } = judge('1ab ? 1b', { 1: 'ab' })
    expect(stretches).toHaveLength(1)
    expect(stretches[0]?.answered).toBe(3)
    expect(deviations).toBe(0)
  })

  it('keeps a generation in which nothing was answered, and lets it weigh nothing', () => {
    const { stretches, fairness } = judge('1ab 2a>', { 1: 'ab', 2: 'ab' })
    expect(stretches[1]).toMatchObject({ answered: 0, spread: null })
    expect(fairness).toEqual({ spread: 0, jain: 1 })
  })

  it('has no deviations above one in flight, and none from the moment at which several were', () => {
    expect(judge('1aa', { 1: 'ab' }, { at: 4 }).deviations).toBeNull()
    const judged = new RunJudge(() => listOf('ab'), true)
    judged.take({ ...PLAIN, seq: 0, generation: '1', backend: 'a' })
    judged.take({ ...PLAIN, seq: 1, generation: '2', backend: 'a' })
    judged.overlap()
    judged.take({ ...PLAIN, seq: 2, generation: '3', backend: 'a' })
    const { stretches, deviations } = judged.judgement()
    expect(stretches.map((stretch) => stretch.deviations)).toEqual([0, null, null])
    expect(deviations).toBeNull()
  })

  it('has none either where turns are not what the policy promises', () => {
    const weighted: Configuration = {
      policy: DEFAULT_POLICY,
      servers: listOf('ab').servers.map((server, index) => ({ ...server, weight: index + 1 })),
    }
    const judged = new RunJudge(() => weighted, true)
    for (const [seq, backend] of [...'babbab'].entries()) judged.take({ ...PLAIN, seq, generation: '1', backend })
    expect(judged.judgement()).toMatchObject({ deviations: null, fairness: { spread: 0, jain: 1 } })
  })

  it('names the latest stretches and judges them all', () => {
    const story = Array.from({ length: MAX_STRETCHES + 3 }, (_, index) => String.fromCharCode(200 + index))
    const lists = Object.fromEntries(story.map((generation) => [generation, 'ab']))
    const words = story.map((generation, index) => `${generation}${index === 0 ? 'aaaaaa' : 'ab'}`).join(' ')
    const { stretches, stretchesLeftOut, fairness, deviations } = judge(words, lists)
    expect([stretches.length, stretchesLeftOut]).toEqual([MAX_STRETCHES, 3])
    expect([fairness?.spread, deviations]).toEqual([6, 5])
  })

  it('says nothing of a run in which nothing ended', () => {
    expect(judge('', {})).toMatchObject({ fairness: null, deviations: null, stretches: [], failovers: [] })
  })
})

describe('failovers of a run', () => {
  it('begin at the first failed attempt, and count what each of the others answered since', () => {
    const { failovers, rescuedFrom } = judge('1abc 1a 1b>c 1acacac', { 1: 'abc' })
    expect(failovers).toEqual([{ backend: 'b', noticedUs: 4_200, others: [3, 4] }])
    expect([...rescuedFrom]).toEqual([['b', 1]])
  })

  it('are one as long as the backend has not answered a request that was sent afterwards', () => {
    const { failovers } = judge('1abc 1b>c 1acac 1b>a 1caca', { 1: 'abc' })
    expect(failovers).toHaveLength(1)
    const again = judge('1abc 1b>c 1acac 1b 1cab 1b>c', { 1: 'abc' })
    expect(again.failovers.map(({ backend }) => backend)).toEqual(['b', 'b'])
  })

  it('stop counting at the next one, and at the next list', () => {
    const { failovers } = judge('1abcd 1b>c 1dacda 1cb>d 1adad 2ad', { 1: 'abcd', 2: 'ad' })
    expect(failovers).toEqual([
      { backend: 'b', noticedUs: 4_200, others: [2, 2, 2] },
      { backend: 'c', noticedUs: 10_200, others: [2, 3] },
    ])
  })

  it('add up the times of the attempts before, and count a request that nobody answered', () => {
    const { failovers, rescuedFrom } = judge('1abc 1bc>', { 1: 'abc' })
    expect(failovers.map(({ noticedUs }) => noticedUs)).toEqual([3_200, 3_400])
    expect([...rescuedFrom]).toEqual([])
  })

  it('do not know the others of a list that is not known', () => {
    expect(judge('9ab 9b>a', {}).failovers).toEqual([{ backend: 'b', noticedUs: 2_200, others: null }])
  })
})

import { describe, expect, test } from 'vitest'
import { backendFigures, sinceOf } from '#components/inspector/backend-facts.ts'
import { compareLines, configurationText } from '#components/inspector/configuration-text.ts'
import { reasonOfAttempt, wayOf } from '#components/inspector/request-way.ts'
import { DEFAULT_POLICY, DEFAULT_SETTINGS } from '#lib/protocol/configuration.ts'
import type { Action, Sample } from '#lib/protocol/model.ts'
import { backend } from '../page-states.ts'

const [ONE, TWO] = [backend(1), backend(2)]
const numbers = new Map([ONE, TWO].map((one) => [one.backend, one.number]))

const sample = (changes: Partial<Sample>): Sample => ({
  ...{ seq: 83, order: 82, intendedUs: 10_000, sentUs: 10_100, latencyUs: 2_000, outcome: 'answered', reason: 'none' },
  ...{ status: 200, backend: ONE.backend, generation: 'a-1', resent: false, attempts: [] },
  ...changes,
})

describe('the way of a request', () => {
  test('an answer without details made one attempt, as long as the request', () => {
    const way = wayOf(sample({}))
    expect(way).toMatchObject({ sentUs: 100, doneUs: 2_100 })
    expect(way.attempts).toMatchObject([{ fromUs: 100, toUs: 2_100, isAnswer: true, took: null }])
  })

  test('attempts stand one after another; what was not measured is the rest', () => {
    const attempts = [
      { backend: TWO.backend, address: '10.0.0.2:80', status: 502, ms: 0.4 },
      { backend: ONE.backend, address: '10.0.0.1:80', status: 200, ms: null },
    ]
    const way = wayOf(sample({ attempts }))
    expect(way.attempts.map(({ fromUs, toUs, took }) => [fromUs, toUs, took])).toEqual([
      [100, 500, '< 1 ms'],
      [500, 2_100, null],
    ])
    expect(way.attempts.map(reasonOfAttempt)).toEqual(['refused or closed the connection', 'answered 200'])
  })

  test('whole milliseconds that add up to more than the request took are drawn within it', () => {
    const attempts = [
      { backend: TWO.backend, address: '10.0.0.2:80', status: 504, ms: 2 },
      { backend: ONE.backend, address: '10.0.0.1:80', status: 200, ms: 2 },
    ]
    expect(wayOf(sample({ attempts })).attempts.map(({ fromUs, toUs }) => [fromUs, toUs])).toEqual([
      [100, 1_100],
      [1_100, 2_100],
    ])
  })

  test('one that the front door could not ask anybody for says so', () => {
    const attempts = [{ backend: null, address: 'backend', status: 502, ms: 0 }]
    const way = wayOf(sample({ outcome: 'failed', reason: 'no-backend', backend: null, attempts }))
    expect(way.attempts.map(reasonOfAttempt)).toEqual(['no backend was left to ask'])
    expect(way.attempts[0]?.isAnswer).toBe(false)
  })

  test('one that was never answered and tells nothing made no attempt that is known', () => {
    expect(wayOf(sample({ outcome: 'timedOut', status: null, backend: null })).attempts).toEqual([])
  })
})

describe('a configuration as text', () => {
  const server = (one: typeof ONE) => ({
    ...{ ...DEFAULT_SETTINGS, backend: one.backend, address: one.address ?? '', state: 'in' as const },
  })
  test('names each server with its backend, and what is not as usual', () => {
    const text = configurationText(
      { policy: DEFAULT_POLICY, servers: [server(ONE), { ...server(TWO), weight: 3, state: 'draining' }] },
      numbers,
    )
    expect(text[0]).toBe('server 127.0.0.1:9001 weight=1  # 1 a3f9')
    expect(text[1]).toBe('server 127.0.0.1:9002 weight=3 down (draining)  # 2 7be0')
    expect(text).toContain('fail_timeout 2.0 s')
  })

  test('is compared line by line with the one before', () => {
    expect(compareLines(['a', 'x', 'c'], ['a', 'b', 'c'])).toEqual([
      { text: 'a', change: 'same' },
      { text: 'x', change: 'new' },
      { text: 'b', change: 'gone' },
      { text: 'c', change: 'same' },
    ])
    expect(compareLines(['a'], null)).toEqual([{ text: 'a', change: 'same' }])
  })
})

describe('a backend', () => {
  const action = (kind: Action['kind'], at: string): Action => ({
    ...{ id: 1, kind, label: '', at, backend: ONE.backend, number: ONE.number, burst: null },
  })
  test('is what it is since the last thing that happened to it', () => {
    const actions = [action('joined', '2026-01-05T10:00:00.000Z'), action('down', '2026-01-05T10:05:00.000Z')]
    expect(sinceOf(ONE.backend, actions)?.name).toBe('Down since')
    expect(sinceOf(TWO.backend, actions)).toBeNull()
  })

  test('has what is in flight predicted from its share, and says so', () => {
    const facts = { answered: 6, errors: 0, rescuedFrom: 0, share: 0.5, expectedShare: 0.25, latencyMs: null }
    expect(backendFigures(facts, 8)).toContainEqual({ name: 'in flight', value: '2', note: 'predicted from its share' })
    expect(backendFigures({ ...facts, expectedShare: null }, 8)).toContainEqual({
      ...{ name: 'in flight', value: '–', note: null },
    })
  })
})

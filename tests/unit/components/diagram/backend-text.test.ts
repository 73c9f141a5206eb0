import { describe, expect, it } from 'vitest'
import { cardTexts, conditionText, detailsOf, factsOf, shareAndLatency } from '#components/diagram/backend-text.ts'
import { stepOf } from '#components/diagram/use-roving-focus.ts'
import type { Backend } from '#lib/protocol/model.ts'

const BACKEND: Backend = {
  backend: '7be04d9910ac',
  number: 2,
  address: '127.0.0.1:9001',
  wanted: 'up',
  status: 'up',
  listed: true,
  weight: 1,
  ejectedUntil: null,
}
const LATENCY = { p50: 1.2, p90: 1.4, p95: 1.8, p99: 2.1, p999: 3, max: 4 }

const facts = (over: Partial<Backend> = {}) =>
  factsOf({
    backend: { ...BACKEND, ...over },
    counts: { answered: 24, errors: 0, rescuedFrom: 0 },
    answeredInAll: 72,
    measured: {
      backend: BACKEND.backend,
      answered: 20,
      errors: 0,
      rescuedFrom: 0,
      share: 0.3,
      expectedShare: 1 / 3,
      latencyMs: LATENCY,
    },
    nowMs: Date.parse('2026-01-01T00:00:00.000Z'),
  })

describe('what the diagram says of a backend', () => {
  it('is its state in words, its share and its median', () => {
    expect(conditionText(facts(), true)).toBe('up, weight 1')
    expect(shareAndLatency(facts(), true)).toBe('33.3 %, p50 1.2 ms')
  })

  it('counts down while the front door avoids it, and forgets it after that', () => {
    const avoided = facts({ ejectedUntil: '2026-01-01T00:00:06.500Z' })
    expect(avoided.condition).toBe('avoided')
    expect(conditionText(avoided, true)).toBe('up, avoided for another 7 s')
    expect(conditionText(facts({ status: 'down', ejectedUntil: '2026-01-01T00:00:01Z' }), true)).toBe(
      'down, avoided for another 1 s',
    )
    expect(facts({ ejectedUntil: '2025-12-31T23:59:59Z' }).condition).toBe('up')
  })

  it('leaves out of a card what finds no room beside the rest', () => {
    const avoided = facts({ status: 'down', ejectedUntil: '2026-01-01T00:00:01Z' })
    expect(cardTexts(facts(), 271)).toEqual({ left: 'up, weight 1', right: '33.3 %, p50 1.2 ms' })
    expect(cardTexts(avoided, 271)).toEqual({ left: 'down, avoided for another 1 s', right: '33.3 %' })
    expect(cardTexts(avoided, 147)).toEqual({ left: 'down, avoided', right: '33.3 %' })
    expect(cardTexts(avoided, 90)).toEqual({ left: 'down, avoided', right: '' })
  })

  it('of an earlier run claims no state that nobody recorded', () => {
    const recorded = factsOf({
      ...{ backend: BACKEND, counts: undefined, measured: undefined },
      answeredInAll: 0,
      nowMs: null,
      isRecorded: true,
    })
    expect(conditionText(recorded, true)).toBe('recorded, weight 1')
    expect(recorded.condition).toBe('recorded')
  })

  it('says that it is ready but not asked yet', () => {
    expect(conditionText(facts({ listed: false }), true)).toBe('up, not in the list yet')
  })

  it('is all of it in one line for the focused one', () => {
    expect(detailsOf(facts())).toBe(
      '127.0.0.1:9001; up, weight 1; 24 answered (33.3 %, 33.3 % expected); p50 1.2 ms, p95 1.8 ms, p99 2.1 ms',
    )
  })
})

describe('the keys among the backends', () => {
  it('go along a list, and by rows in a grid', () => {
    expect(['ArrowRight', 'ArrowLeft', 'ArrowDown', 'ArrowUp'].map((key) => stepOf(key, 1))).toEqual([1, -1, 1, -1])
    expect(['ArrowDown', 'ArrowUp'].map((key) => stepOf(key, 5))).toEqual([5, -5])
    expect(stepOf('Home', 5)).toBe('first')
    expect(stepOf('End', 5)).toBe('last')
    expect(stepOf('b', 5)).toBeNull()
  })
})

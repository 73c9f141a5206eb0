import { describe, expect, it } from 'vitest'
import { NO_TOTALS } from '#lib/protocol/model.ts'
import { burstRequestSchema } from '#lib/protocol/schemas.ts'
import { summarise } from '#lib/server/burst-summary.ts'
import type { BurstMeasure } from '#lib/traffic/burst.ts'

const facts = {
  id: 'b1',
  request: burstRequestSchema.parse({ requests: 10 }),
  boot: 'first-boot',
  status: 'finished' as const,
  failure: null,
  startedAtMs: 0,
  finishedAtMs: 2_000,
}

const measure = (changes: Partial<BurstMeasure> = {}): BurstMeasure => ({
  elapsedUs: 2_000_000,
  totals: { ...NO_TOTALS, sent: 10, answered: 10 },
  byStatus: { 200: 10 },
  byBackend: [{ backend: 'a3f9c1d27e04', answered: 10, errors: 0, latencySumMs: 10, latencyMs: null }],
  latencyMs: { fromSent: null, fromIntended: null },
  dueStarts: 0,
  lateStarts: 0,
  ...changes,
})

const UNTOLD = { stretches: [], stretchesLeftOut: 0, failovers: [], rescuedFrom: new Map<string, number>() }

describe('the summary of a burst', () => {
  it('names a member that got nothing', () => {
    const expected = new Map([
      ['a3f9c1d27e04', 5],
      ['7be04d9910ac', 5],
    ])
    const { byBackend } = summarise(facts, measure(), {
      ...{ fairness: { spread: 10, jain: 0.5 }, deviations: 9, expected },
      ...UNTOLD,
    })
    expect(byBackend).toEqual([
      {
        backend: 'a3f9c1d27e04',
        answered: 10,
        errors: 0,
        rescuedFrom: 0,
        share: 1,
        expectedShare: 0.5,
        latencyMs: null,
      },
      {
        backend: '7be04d9910ac',
        answered: 0,
        errors: 0,
        rescuedFrom: 0,
        share: 0,
        expectedShare: 0.5,
        latencyMs: null,
      },
    ])
  })

  it('leaves out what it cannot say', () => {
    const burst = summarise(facts, measure(), { fairness: null, deviations: null, expected: null, ...UNTOLD })
    expect(burst).toMatchObject({ rps: 5, lateStarts: null, fairness: null, byBackend: [{ expectedShare: null }] })
  })
})

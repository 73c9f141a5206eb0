import { describe, expect, test } from 'vitest'
import { bandOf } from '#components/band/band-events.ts'
import { placeInside, placeLabels, rulerTimes } from '#components/band/place-labels.ts'
import type { Configuration } from '#lib/protocol/configuration.ts'
import { DEFAULT_POLICY, DEFAULT_SETTINGS } from '#lib/protocol/configuration.ts'
import type { Stretch } from '#lib/protocol/judgement.ts'
import type { Action, Burst } from '#lib/protocol/model.ts'
import { backend, runningBurst } from '../page-states.ts'

const [ONE, TWO] = [backend(1), backend(2)]
const numbers = new Map([ONE, TWO].map((one) => [one.backend, one.number]))

const action = (id: number, kind: Action['kind'], label: string, sinceUs: number, run = 'b1'): Action => ({
  ...{ id, kind, label, at: '2026-01-05T10:00:01.000Z' },
  ...{
    ...(kind === 'scaled' ? { backend: null, number: null } : { backend: TWO.backend, number: TWO.number }),
    burst: { id: run, sinceUs },
  },
})

const stretch = (generation: string, fromSeq: number, toSeq: number): Stretch => ({
  ...{ generation, fromSeq, toSeq, fromUs: fromSeq * 1_000, toUs: toSeq * 1_000, answered: toSeq - fromSeq },
  ...{ byBackend: [], spread: 0, jain: 1, deviations: 0 },
})

const configuration = (...backends: { backend: string; address: string | null }[]): Configuration => ({
  policy: DEFAULT_POLICY,
  servers: backends.map(({ backend, address }) => ({
    ...{ ...DEFAULT_SETTINGS, backend, address: address ?? '', state: 'in' },
  })),
})

const facts = (changes: Partial<Burst>, actions: Action[], generations = new Map<string, Configuration>()) =>
  bandOf({ burst: { ...runningBurst(), ...changes }, actions, generations }, numbers)

describe('the band', () => {
  test('has what happened in this run, in order of time; what somebody did is told apart', () => {
    const failovers = [{ backend: TWO.backend, noticedUs: 1_300_000, others: null }]
    const { events } = facts({ failovers }, [
      action(7, 'scaled', '2 → 3', 2_000_000),
      action(8, 'down', '2 down', 1_000_000),
      action(9, 'scaled', '3 → 4', 500_000, 'b0'),
    ])
    expect(events.map(({ label, isOurs }) => [label, isOurs])).toEqual([
      ['2 down', false],
      ['backend 2 failing', false],
      ['2 → 3', true],
    ])
  })

  test('gives what has no id of its own one that no action has, and keeps it when older ones are left out', () => {
    const stretches = [stretch('a', 0, 10), stretch('b', 10, 20), stretch('c', 20, 30)]
    const whole = facts({ stretches }, []).stretches
    const rest = facts({ stretches: stretches.slice(1), stretchesLeftOut: 1 }, []).stretches
    expect(rest.map(({ id }) => id)).toEqual(whole.slice(1).map(({ id }) => id))
    const failovers = [{ backend: TWO.backend, noticedUs: 0, others: null }]
    const ids = [...whole, ...facts({ failovers }, []).events].map(({ id }) => id)
    expect(new Set(ids).size).toBe(4)
    expect(Math.max(...ids)).toBeLessThan(0)
  })

  test('tells each stretch by who could be asked; one configuration all along is nothing that happened', () => {
    const generations = new Map([
      ['a', configuration(ONE)],
      ['b', configuration(ONE, TWO)],
    ])
    const { stretches } = facts({ stretches: [stretch('a', 0, 1), stretch('b', 1, 20)] }, [], generations)
    expect(stretches.map(({ label }) => label)).toEqual(['1 backend, 1 answered', '2 backends, 19 answered'])
    expect(facts({ stretches: [stretch('a', 0, 20)] }, [], generations).stretches).toEqual([])
  })

  test('knows from when to when a backend was down', () => {
    const { outages } = facts({}, [
      action(1, 'down', '2 down', 1_000),
      action(2, 'back', '2 back', 5_000),
      action(3, 'down', '2 down', 9_000),
    ])
    expect(outages).toEqual([
      { backend: TWO.backend, fromUs: 1_000, toUs: 5_000 },
      { backend: TWO.backend, fromUs: 9_000, toUs: null },
    ])
  })
})

describe('the texts of the band', () => {
  test('stand right of their mark, left of it where another text stands, and nowhere where both are taken', () => {
    const labels = [
      { x: 100, width: 40 },
      { x: 95, width: 40 },
      { x: 98, width: 40 },
    ]
    expect(placeLabels(labels, [], 0, 400)).toEqual([105, 50, null])
  })

  test('of marks at one place are read in the order of the list', () => {
    const labels = [
      { x: 100, width: 30 },
      { x: 100, width: 40 },
      { x: 160, width: 50 },
    ]
    expect(placeLabels(labels, [100, 160], 0, 400)).toEqual([65, 105, 165])
    expect(placeLabels(labels.slice(0, 2), [100], 80, 400)).toEqual([105, null])
  })

  test('stand across no mark of another', () => {
    const labels = [
      { x: 100, width: 40 },
      { x: 130, width: 40 },
    ]
    expect(placeLabels(labels, [100, 130], 0, 400)).toEqual([55, 135])
  })

  test('stand beyond a group of marks when there is no room at their own', () => {
    const labels = [
      { x: 100, width: 40 },
      { x: 103, width: 40 },
    ]
    expect(placeLabels(labels, [100, 103], 0, 400)).toEqual([55, 108])
    expect(placeLabels([{ x: 390, width: 40 }], [387, 390], 0, 400)).toEqual([342])
  })

  test('of a stretch stand in the first gap between the events in it', () => {
    expect(placeInside(40, [10, 300], 8)).toBe(18)
    expect(placeInside(40, [10, 500, 40, 5, 300], 8)).toBe(48)
    expect(placeInside(40, [10, 30, 60], 8)).toBeNull()
  })

  test('stay within the tape', () => {
    expect(placeLabels([{ x: 390, width: 40 }], [390], 0, 400)).toEqual([345])
  })

  test('times on the ruler are round', () => {
    expect(rulerTimes(0, 9, 7)).toEqual([0, 2, 4, 6, 8])
    expect(rulerTimes(61.3, 75, 6)).toEqual([65, 70, 75])
    expect(rulerTimes(0, 0.4, 4)).toEqual([0, 0.1, 0.2, 0.3, 0.4])
    expect(rulerTimes(5, 5, 4)).toEqual([5])
  })
})

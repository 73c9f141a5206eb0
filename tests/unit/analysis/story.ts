import { type RunFacts, verdictOf } from '#lib/analysis/verdict.ts'
import { DEFAULT_POLICY, DEFAULT_SETTINGS } from '#lib/protocol/configuration.ts'
import type { Stretch } from '#lib/protocol/judgement.ts'
import { type Action, type Burst, NO_TOTALS, type Totals } from '#lib/protocol/model.ts'

export const KEYS = ['a3f9c1d27e04', '7be04d9910ac', 'c0de11b7f352', '51e8aa03d9c6']

type Story = {
  /** One list after the other: what the listed backends 1, 2, 3 … answered under it; null: one that is not listed. */
  lists?: (number | null)[][]
  weights?: number[]
  totals?: Partial<Totals>
  burst?: Partial<Burst>
  /** In flight. */
  at?: number
  rate?: number
}

/** A finished run over some lists, judged as its counts say. */
export function story({ lists = [], weights = [], totals = {}, burst = {}, at = 1, rate }: Story): RunFacts {
  const weightOf = (index: number): number => weights[index] ?? 1
  const stretches = lists.map((counts, place): Stretch => {
    const listed = counts.flatMap((answered, index) => (answered === null ? [] : [{ index, answered }]))
    const answered = listed.reduce((sum, one) => sum + one.answered, 0)
    const weight = listed.reduce((sum, { index }) => sum + weightOf(index), 0)
    const off = listed.map((one) => one.answered - (answered * weightOf(one.index)) / weight)
    return {
      ...{ generation: `h-${place + 1}`, fromSeq: 0, toSeq: 0, fromUs: 0, toUs: 0, answered },
      byBackend: listed.map((one) => ({
        ...{ backend: KEYS[one.index] ?? '', answered: one.answered },
        expected: (answered * weightOf(one.index)) / weight,
      })),
      ...{ spread: Math.max(...off) - Math.min(...off), jain: 1, deviations: at === 1 ? 0 : null },
    }
  })
  const answered = stretches.reduce((sum, stretch) => sum + stretch.answered, 0)
  const all: Totals = { ...NO_TOTALS, sent: answered, answered, ...totals }
  const request = { requests: 120, concurrency: at, ratePerSecond: rate, timeoutMs: 10_000, keepAlive: true }
  return {
    burst: {
      ...{ id: 'b1', boot: 'first-boot', status: 'finished', failure: null },
      request: { ...request, method: 'GET', path: '/', headers: {} },
      ...all,
      ...{ byStatus: {}, rps: 0, latencyMs: { fromSent: null, fromIntended: null }, lateStarts: null },
      ...{ byBackend: [], fairness: null, deviations: at === 1 ? 0 : null },
      ...{ stretches, stretchesLeftOut: 0, failovers: [] },
      verdict: { tone: 'plain', sentence: '', note: '', showFailures: false },
      ...{ startedAt: '', finishedAt: null },
      ...burst,
    },
    totals: all,
    answeredBy: {},
    generations: new Map(
      lists.map((counts, place) => [
        `h-${place + 1}`,
        {
          policy: DEFAULT_POLICY,
          servers: counts.flatMap((one, index) =>
            one === null
              ? []
              : [
                  {
                    ...DEFAULT_SETTINGS,
                    backend: KEYS[index] ?? '',
                    weight: weightOf(index),
                    address: '',
                    state: 'in',
                  },
                ],
          ),
        },
      ]),
    ),
    backends: new Map(
      KEYS.map((backend, index) => [backend, { backend, number: index + 1, name: '', address: null, node: null }]),
    ),
    actions: [],
  }
}

/** Backend `index + 1` fell `sinceMs` after the run's start. */
export const fell = (index: number, sinceMs: number, kind: 'down' | 'paused' = 'down'): Action => ({
  ...{
    id: index,
    at: '',
    kind,
    label: '',
    backend: KEYS[index] ?? '',
    number: index + 1,
    burst: { id: 'b1', sinceUs: sinceMs * 1_000 },
  },
})

export const said = (facts: RunFacts): string => verdictOf(facts).sentence
export const noted = (facts: RunFacts): string => verdictOf(facts).note

import { type Judged, verdictOf } from '#lib/analysis/verdict.ts'
import { type Backend, type Burst, NO_TOTALS, type Totals } from '#lib/protocol/model.ts'

export const KEYS = ['a3f9c1d27e04', '7be04d9910ac', 'c0de11b7f352', '51e8aa03d9c6']
type Story = { counts?: number[]; totals?: Partial<Totals>; burst?: Partial<Burst>; at?: number; rate?: number }

/** A finished burst in which `counts[i]` were answered by backend i + 1. */
export function story({ counts = [], totals = {}, burst = {}, at = 1, rate }: Story): Judged {
  const answered = counts.reduce((sum, one) => sum + one, 0)
  const all: Totals = { ...NO_TOTALS, answered, ...totals }
  return {
    burst: {
      id: 'b1',
      boot: 'first-boot',
      status: 'finished',
      failure: null,
      request: {
        requests: 120,
        concurrency: at,
        ratePerSecond: rate,
        method: 'GET',
        path: '/',
        headers: {},
        keepAlive: true,
        timeoutMs: 10_000,
      },
      ...all,
      byStatus: {},
      rps: 0,
      latencyMs: { fromSent: null, fromIntended: null },
      lateStarts: null,
      byBackend: [],
      fairness: null,
      deviations: at === 1 ? 0 : null,
      ...{ stretches: [], stretchesLeftOut: 0, failovers: [] },
      verdict: { tone: 'plain', sentence: '', note: '', showFailures: false },
      startedAt: '',
      finishedAt: null,
      ...burst,
    },
    totals: all,
    answeredBy: Object.fromEntries(counts.map((count, index) => [KEYS[index], { answered: count }])),
    backends: counts.map((_, index) => backend(index)),
    numbers: new Map(KEYS.map((key, index) => [key, index + 1])),
    actions: [],
    failover: null,
  }
}
export const backend = (index: number): Backend => ({
  backend: KEYS[index] ?? '',
  number: index + 1,
  address: null,
  wanted: 'up',
  status: 'up',
  listed: true,
  weight: 1,
  ejectedUntil: null,
})
export const said = (judged: Judged): string => verdictOf(judged).sentence
